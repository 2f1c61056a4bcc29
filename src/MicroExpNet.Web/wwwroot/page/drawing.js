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
  const drawn = faces.map(face => ({ face, box: place(face.box, fit, mirrored) }));
  for (const { face, box } of drawn) drawBox(context, box, colors[face.expression], unit);
  for (const { face, box } of drawn) {
    drawLabel(context, `${face.track}  ${face.expression} ${percent(face.probability)}`, box, fit, unit);
    if (box.size > 4 * unit && drawn.length <= 6) drawBars(context, face, box, fit, unit);
  }
}

function place({ x, y, width, height }, { scale, left, top, width: whole }, mirrored) {
  const from = mirrored ? whole - (x + width) * scale : x * scale;
  return { x: left + from, y: top + y * scale, width: width * scale, height: height * scale, size: Math.min(width, height) * scale };
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

function drawLabel(context, text, box, fit, unit) {
  context.font = `600 ${unit}px ${font}`;
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  const width = context.measureText(text).width + unit, height = unit * 1.5;
  const x = clamp(box.x, fit.left, fit.left + fit.width - width);
  const y = box.y - height - unit / 4 >= fit.top ? box.y - height - unit / 4 : clamp(box.y + box.height + unit / 4, fit.top, fit.top + fit.height - height);
  fillPanel(context, x, y, width, height, unit);
  context.fillStyle = '#ffffff';
  context.fillText(text, x + unit / 2, y + height / 2);
}

function drawBars(context, face, box, fit, unit) {
  const row = clamp(box.height / (names.length + 0.5), unit * 0.75, unit * 1.1), gap = unit / 2;
  context.font = `${row * 0.85}px ${font}`;
  const text = context.measureText('contempt').width, length = 3.5 * unit;
  const width = text + length + 1.5 * gap, height = row * names.length + gap;
  const right = box.x + box.width + gap, left = box.x - gap - width;
  const x = right + width <= fit.left + fit.width ? right : left >= fit.left ? left : fit.left + fit.width - width;
  const y = clamp(box.y, fit.top, Math.max(fit.top, fit.top + fit.height - height));
  fillPanel(context, x, y, width, height, unit);
  names.forEach((name, i) => {
    const middle = y + gap / 2 + (i + 0.5) * row;
    context.fillStyle = '#ffffff';
    context.textAlign = 'right';
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
