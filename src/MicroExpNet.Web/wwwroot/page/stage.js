import { drawFaces } from './drawing.js';

// The picture and what is drawn over it.
export class Stage {
  #stage = document.getElementById('stage');
  #overlay = document.getElementById('overlay');
  #video = document.getElementById('video');
  #still = document.getElementById('still');
  #faces = [];
  #look = '';
  #mirrored = false;

  constructor() {
    new ResizeObserver(() => this.#draw()).observe(this.#stage);
  }

  get video() {
    return this.#video;
  }

  /** The picture that is shown: the video, or a picture's canvas. */
  get picture() {
    return this.#still.hidden ? this.#video : this.#still;
  }

  get width() {
    return this.picture.videoWidth ?? this.picture.width;
  }

  get height() {
    return this.picture.videoHeight ?? this.picture.height;
  }

  set mirrored(value) {
    this.#mirrored = value;
    this.#stage.classList.toggle('mirrored', value);
    this.#draw();
  }

  showVideo() {
    this.#still.hidden = true;
    this.#video.hidden = false;
    this.show([]);
  }

  showPicture(bitmap, description) {
    [this.#still.width, this.#still.height] = [bitmap.width, bitmap.height];
    const context = this.#still.getContext('2d');

    // The recogniser sees what shines through as white.
    context.fillStyle = 'white';
    context.fillRect(0, 0, bitmap.width, bitmap.height);
    context.drawImage(bitmap, 0, 0);
    this.#still.setAttribute('aria-label', description);
    this.#still.hidden = false;
    this.#video.hidden = true;
    this.show([]);
  }

  show(faces) {
    this.#faces = faces;

    // A face that keeps still need not be drawn again: a canvas takes as long to show as a frame of video.
    const look = faces.map(lookOf).join(';');
    if (look === this.#look) return;
    this.#look = look;
    this.#draw();
  }

  /** The picture in its own size, with what is drawn over it. */
  toBlob() {
    const canvas = document.createElement('canvas'), context = canvas.getContext('2d');
    [canvas.width, canvas.height] = [this.width, this.height];
    if (this.#mirrored) context.setTransform(-1, 0, 0, 1, canvas.width, 0);
    context.drawImage(this.picture, 0, 0);
    context.resetTransform();
    const fit = { scale: 1, left: 0, top: 0, width: canvas.width, height: canvas.height };
    drawFaces(context, this.#faces, fit, this.#mirrored, Math.max(12, Math.round(canvas.width / 45)));
    return new Promise(resolve => canvas.toBlob(resolve, 'image/png'));
  }

  #draw() {
    const { clientWidth, clientHeight } = this.#stage, density = devicePixelRatio;
    const width = Math.round(clientWidth * density), height = Math.round(clientHeight * density);
    if (this.#overlay.width !== width || this.#overlay.height !== height) [this.#overlay.width, this.#overlay.height] = [width, height];
    const context = this.#overlay.getContext('2d');
    context.clearRect(0, 0, width, height);
    if (!this.width || !this.#faces.length) return;
    const scale = Math.min(width / this.width, height / this.height);
    const fit = { scale, width: this.width * scale, height: this.height * scale };
    fit.left = (width - fit.width) / 2;
    fit.top = (height - fit.height) / 2;
    drawFaces(context, this.#faces, fit, this.#mirrored, Math.max(12, Math.min(16, clientWidth / 36)) * density);
  }
}

// What is drawn of a face, to the pixel and the hundredth.
function lookOf({ track, expression, box: { x, y, width, height }, probabilities }) {
  return [track, expression, x.toFixed(), y.toFixed(), width.toFixed(), height.toFixed(), ...Object.values(probabilities).map(value => value.toFixed(2))];
}
