/** Of this program; weight files say it. A test holds it to package.json. */
export const engineVersion = '0.1.0';
