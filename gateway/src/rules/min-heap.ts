/** Binary min-heap; `before` decides the order, ties included. */
export interface MinHeap<T> {
  push(item: T): void;
  peek(): T | undefined;
  pop(): T | undefined;
}

export function createMinHeap<T>(before: (a: T, b: T) => boolean): MinHeap<T> {
  const items: T[] = [];
  return {
    push(item) {
      let hole = items.length;
      items.push(item);
      while (hole > 0) {
        const up = (hole - 1) >> 1;
        const parent = items[up];
        if (parent === undefined || !before(item, parent)) break;
        items[hole] = parent;
        hole = up;
      }
      items[hole] = item;
    },
    peek: () => items[0],
    pop() {
      const top = items[0];
      const last = items.pop();
      if (last !== undefined && items.length > 0) sink(items, last, before);
      return top;
    },
  };
}

function sink<T>(items: T[], item: T, before: (a: T, b: T) => boolean): void {
  let hole = 0;
  for (;;) {
    const left = 2 * hole + 1;
    const first = items[left];
    if (first === undefined) break;
    const second = items[left + 1];
    const right = second !== undefined && before(second, first);
    const child = right ? second : first;
    if (!before(child, item)) break;
    items[hole] = child;
    hole = right ? left + 1 : left;
  }
  items[hole] = item;
}
