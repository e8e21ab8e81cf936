import assert from 'node:assert/strict';
import {
  dropIndex,
  gapAt,
  layOut,
  layOutUnits,
  ribbonThickness,
  type CardKind,
  type Layout,
} from '../../../src/webview/designer/layout.ts';

const units = (n: number): CardKind[] => Array.from({ length: n }, () => 'units');
const all = ({ input, cards, loss }: Layout) => [input, ...cards, loss];

function assertApart(layout: Layout): void {
  const cards = all(layout);
  for (let i = 1; i < cards.length; i++) {
    const gap = cards[i]!.x - (cards[i - 1]!.x + cards[i - 1]!.width);
    const least = layout.level === 'S' ? 1 : 10;
    assert.ok(gap >= least, `a gap of ${gap} before card ${i}`);
  }
}

describe('The layout of the diagram', () => {
  it('shows few layers large, many small, and deep networks as strips', () => {
    const at = (n: number) => layOut({ kinds: units(n), selected: 0, width: 992, height: 340 }).level;
    assert.deepEqual([at(1), at(3), at(5), at(12), at(13), at(100)], ['L', 'L', 'M', 'M', 'S', 'S']);
  });

  it('never lets cards touch, whatever the room', () => {
    for (const n of [0, 1, 2, 5, 8, 12, 13, 40]) {
      for (const width of [300, 760, 992, 1600])
        assertApart(layOut({ kinds: units(n), selected: n - 1, width, height: 300 }));
    }
  });

  it('fits a network of twenty layers into the width of a laptop', () => {
    const layout = layOut({ kinds: units(20), selected: 8, width: 992, height: 340 });
    assert.ok(layout.width <= 992, `${layout.width} wide`);
  });

  it('fits a hundred layers into a laptop’s width and into a split editor’s, every one a column', () => {
    for (const width of [992, 760]) {
      const layout = layOut({ kinds: units(100), selected: 40, width, height: 340 });
      assert.ok(layout.width <= width, `${layout.width} of ${width}`);
      assert.ok(layout.thin && layout.cards.every(({ width, map }) => width >= 3 && map.width >= 3));
    }
  });

  it('gives a folded run one card, so that a deep network has room for large ones', () => {
    const folds = [{ from: 1, to: 18 }];
    const layout = layOut({ kinds: units(20), selected: 18, width: 992, height: 340, folds });
    const distinct = [...new Set(layout.cards)];
    assert.equal(layout.level, 'L');
    assert.equal(distinct.length, 3);
    assert.equal(layout.cards[1], layout.cards[18]);
    assertApart({ ...layout, cards: distinct });
  });

  it('makes cards of full size where asked to, wider than the room', () => {
    const layout = layOut({ kinds: units(20), selected: 3, width: 992, height: 340, actual: true });
    assert.equal(layout.level, 'L');
    assert.ok(layout.width > 992);
    assertApart(layout);
  });

  it('draws skip connections as arcs over the layers they pass, none through another', () => {
    const skips = [
      { from: -1, to: 3 },
      { from: 0, to: 2 },
      { from: 3, to: 5 },
    ];
    const layout = layOut({ kinds: units(6), selected: 0, width: 1200, height: 400, skips });
    const height = (from: number) => layout.arcs.find((arc) => arc.from === from)!.height;
    assert.ok(height(-1) > height(0), 'the longer one is above the one inside it');
    assert.equal(height(3), height(0));
    for (const { x, end, from, to, height } of layout.arcs) {
      assert.ok(x < end && height < layout.top);
      const [start, stop] = [from < 0 ? layout.input : layout.cards[from]!, layout.cards[to]!];
      assert.ok(x > start.x && x < start.x + start.width && end > stop.x && end < stop.x + stop.width);
    }
    assert.equal(layOut({ kinds: units(6), selected: 0, width: 1200, height: 400 }).top, 18);
  });

  it('fits the digits network of eight layers into the width of a laptop', () => {
    const kinds: CardKind[] = ['units', 'plain', 'units', 'plain', 'slim', 'units', 'slim', 'units'];
    assert.ok(layOut({ kinds, selected: 0, width: 992, height: 340 }).width <= 992);
  });

  it('opens the selected strip and no other', () => {
    const { cards } = layOut({ kinds: units(20), selected: 8, width: 992, height: 340 });
    assert.deepEqual(
      cards.flatMap(({ level }, i) => (level === 'M' ? [i] : [])),
      [8],
    );
  });

  it('gives up rows of text when there is little height', () => {
    assert.equal(layOut({ kinds: units(3), selected: 0, width: 760, height: 240 }).low, true);
    assert.equal(layOut({ kinds: units(3), selected: 0, width: 760, height: 300 }).low, false);
  });

  it('lowers the cards and their maps with the room rather than cut them', () => {
    for (const n of [3, 8, 20]) {
      for (let height = 126; height < 262; height++) {
        const layout = layOut({ kinds: units(n), selected: 1, width: 760, height });
        assert.ok(layout.height <= height, `${layout.height} of ${height}`);
        for (const { map, level } of layout.cards) {
          const beside = layout.thin && level === 'S' ? 44 : layout.flat ? 36 : 78;
          assert.ok(map.height > 16 && map.height + beside <= layout.cardHeight, `${map.height} at ${height}`);
        }
      }
    }
  });
});

describe('Dragging a layer', () => {
  const { cards } = layOut({ kinds: units(3), selected: 0, width: 992, height: 340 });
  const middle = (i: number) => cards[i]!.x + cards[i]!.width / 2;

  it('aims at the gap the pointer is nearest to', () => {
    assert.deepEqual(
      [0, middle(0) + 1, middle(1) + 1, middle(2) + 1].map((x) => gapAt(cards, x)),
      [0, 1, 2, 3],
    );
  });

  it('drops a layer where the line was drawn, and beside itself where it was', () => {
    assert.deepEqual(
      [0, 1, 2, 3].map((gap) => dropIndex(1, gap)),
      [0, 1, 1, 2],
    );
  });
});

describe('The layout of a unit map', () => {
  it('has a place for every unit within its box', () => {
    for (const n of [1, 2, 5, 10, 16, 50, 64, 100, 512, 2048, 10_000]) {
      const { columns, rows, pitch } = layOutUnits(n, 128, 128);
      assert.ok(columns * rows >= n, `${n} units in ${columns} × ${rows}`);
      assert.ok(columns * pitch <= 128 && rows * pitch <= 128, `${n} units take ${columns * pitch} × ${rows * pitch}`);
    }
  });

  it('fills whole rows where the count allows', () => {
    assert.deepEqual(
      [16, 64].map((n) => [layOutUnits(n, 128, 128).columns, layOutUnits(n, 128, 128).rows]),
      [
        [4, 4],
        [8, 8],
      ],
    );
  });
});

describe('The ribbon', () => {
  it('grows with the logarithm of the gradient norm, and is gone below 1e-6', () => {
    assert.equal(ribbonThickness(1e-6), 1);
    assert.equal(ribbonThickness(1), 12);
    assert.equal(ribbonThickness(1e-3), 6.5);
    assert.equal(ribbonThickness(1e-7), 0);
    assert.equal(ribbonThickness(0), 0);
    assert.equal(ribbonThickness(null), 0);
  });

  it('is widest where the gradient exploded', () => {
    assert.equal(ribbonThickness(71), 16);
    assert.ok(ribbonThickness(69) < 16);
  });
});
