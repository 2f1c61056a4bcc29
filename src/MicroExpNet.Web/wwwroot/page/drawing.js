import { colors, names, percent } from './expressions.js';

const font = 'system-ui, sans-serif';

/**
 * Draws boxes, track numbers, labels and bars.
 * @param context a 2D context
 * @param faces the faces, in pixels of the picture
 * @param fit where the picture lies on the canvas: { scale, left, top, width, height }, mirrored or not
 * @param unit the size of a line of text
 */
export function drawFaces(context, faces, fit, mirrored, unit) {
  const drawn = layOut(context, faces, fit, mirrored, unit);
  for (const { face, box } of drawn) drawBox(context, box, colors[face.expression], unit);
  for (const { face, bars } of drawn) if (bars) drawBars(context, face, bars, unit);
  for (const { text, label } of drawn) if (label) drawLabel(context, text, label, unit);
}

/**
 * Places the box, the label and the bars of each face: { face, box, text, label, bars }. Labels never cover another one; they keep off
 * other faces where they can, and get shorter for it. Bars never cover another face, a label or other bars. A label or bars for which
 * there is no room are null: the list has them.
 */
export function layOut(context, faces, fit, mirrored, unit) {
  const drawn = faces.map(face => ({ face, box: place(face.box, fit, mirrored) })), boxes = drawn.map(({ box }) => box), taken = [];
  for (const item of drawn) {
    const { track, expression, probability } = item.face;
    const texts = [`${track}  ${expression} ${percent(probability)}`, `${track}  ${expression}`, `${track}`];
    const find = others => findLabel(context, texts, item.box, fit, unit, others);
    Object.assign(item, find([...boxes.filter(box => box !== item.box), ...taken]) ?? find(taken) ?? { text: '', label: null });
    if (item.label) taken.push(item.label);
  }

  for (const item of drawn) {
    item.bars = null;
    if (Math.min(item.box.width, item.box.height) <= 4 * unit) continue;
    const others = [...boxes.filter(box => box !== item.box), ...taken];
    item.bars = barPlaces(context, item.box, fit, unit).find(choice => !others.some(other => overlap(choice, other))) ?? null;
    if (item.bars) taken.push(item.bars);
  }

  return drawn;
}

function place({ x, y, width, height }, { scale, left, top, width: whole }, mirrored) {
  const from = mirrored ? whole - (x + width) * scale : x * scale;
  return { x: left + from, y: top + y * scale, width: width * scale, height: height * scale };
}

function overlap(a, b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

// The longest text that has room, outside the box rather than inside it: { text, label }, or null.
function findLabel(context, texts, box, fit, unit, others) {
  for (const isInside of [false, true]) {
    for (const text of texts) {
      const label = labelPlaces(context, text, box, fit, unit, isInside).find(place => !others.some(other => overlap(place, other)));
      if (label) return { text, label };
    }
  }

  return null;
}

// Above the box or below it, from its left edge or up to its right one; or inside it, at these edges.
function labelPlaces(context, text, box, fit, unit, isInside) {
  context.font = `600 ${unit}px ${font}`;
  const width = context.measureText(text).width + unit, height = unit * 1.5, gap = unit / 4;
  const lefts = [box.x, box.x + box.width - width].map(x => clamp(x, fit.left, fit.left + fit.width - width));
  const tops = isInside
    ? [box.y + gap, box.y + box.height - height - gap].map(y => clamp(y, fit.top, fit.top + fit.height - height))
    : [box.y - height - gap, box.y + box.height + gap].filter(y => y >= fit.top && y + height <= fit.top + fit.height);
  return tops.flatMap(y => lefts.map(x => ({ x, y, width, height })));
}

// To the right of the box or to its left; over its edge where it fills the picture.
function barPlaces(context, box, fit, unit) {
  const row = clamp(box.height / (names.length + 0.5), unit * 0.75, unit * 1.1), gap = unit / 2;
  context.font = `${row * 0.85}px ${font}`;
  const text = context.measureText('contempt').width, length = 3.5 * unit;
  const width = text + length + 1.5 * gap, height = row * names.length + gap;
  const y = clamp(box.y, fit.top, Math.max(fit.top, fit.top + fit.height - height)), end = fit.left + fit.width - width;
  const places = [box.x + box.width + gap, box.x - gap - width].filter(x => x >= fit.left && x <= end);
  return (places.length ? places : [end]).map(x => ({ x, y, width, height, row, text, length }));
}

function drawBox(context, { x, y, width, height }, color, unit) {
  for (const [style, line] of [['rgb(0 0 0 / 0.55)', unit / 3], [color, unit / 5]]) {
    context.strokeStyle = style;
    context.lineWidth = line;
    context.beginPath();
    context.roundRect(x, y, width, height, unit / 2);
    context.stroke();
  }
}

function drawLabel(context, text, { x, y, width, height }, unit) {
  context.font = `600 ${unit}px ${font}`;
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  fillPanel(context, x, y, width, height, unit);
  context.fillStyle = '#ffffff';
  context.fillText(text, x + unit / 2, y + height / 2);
}

function drawBars(context, face, { x, y, width, height, row, text, length }, unit) {
  const gap = unit / 2;
  context.font = `${row * 0.85}px ${font}`;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  fillPanel(context, x, y, width, height, unit);
  names.forEach((name, i) => {
    const middle = y + gap / 2 + (i + 0.5) * row;
    context.fillStyle = '#ffffff';
    context.fillText(name, x + gap / 2 + text, middle);
    context.fillStyle = colors[name];
    context.fillRect(x + gap + text, middle - row * 0.3, Math.max(1, face.probabilities[name] * length), row * 0.6);
  });
}

function fillPanel(context, x, y, width, height, unit) {
  context.fillStyle = 'rgb(10 12 16 / 0.72)';
  context.beginPath();
  context.roundRect(x, y, width, height, unit / 3);
  context.fill();
}

const clamp = (value, least, most) => Math.max(least, Math.min(value, most));
