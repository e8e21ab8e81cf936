/** The build bundles the named worker and gives its script as text. */
declare module 'worker:*' {
  const script: string;
  export default script;
}

declare module '*.css';
