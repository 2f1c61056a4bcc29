/** The expressions, in the order of the model's outputs. */
export type Expression = 'neutral' | 'anger' | 'contempt' | 'disgust' | 'fear' | 'happy' | 'sadness' | 'surprise';

export interface RecognizerOptions {
  /** Smallest face searched for, in pixels of the picture as it is recognised (see `maxSize`); a whole number, 14 to 65535. The larger, the faster. Default 40. */
  minFace?: number;
  /** Least score of a face, between 0 and 1. Default 0.65. */
  minScore?: number;
  /** Milliseconds over which the probabilities of a track are smoothed, 0 to 10000; 0, the default, leaves every frame its own. Smoothed, a face is followed in every frame and recognised at most once in 80 ms. */
  smoothing?: number;
  /** How common the expressions are taken to be: as in the training faces (the default), or all equally. */
  prior?: 'natural' | 'uniform';
}

export interface StartOptions extends RecognizerOptions {
  /** The bytes of an ONNX file of your own, instead of the built-in model of expressions. It reads grey faces: a model that reads colour is refused. */
  model?: ArrayBuffer | Uint8Array;
}

/** What can be recognised. A video gives the frame it shows. A `VideoFrame` or an `ImageBitmap` stays yours. */
export type PictureSource = ImageData | HTMLVideoElement | HTMLCanvasElement | OffscreenCanvas | HTMLImageElement | ImageBitmap | VideoFrame | Blob;

export interface Point {
  x: number;
  y: number;
}

export interface Scores {
  /** The most probable expression. */
  expression: Expression;
  /** Its probability, 0 to 1. */
  probability: number;
  /** The probability of each expression; their sum is 1. */
  probabilities: Record<Expression, number>;
}

export interface Face extends Scores {
  /** The number of the face's track, 1 or more: the same in every frame, and never used for another face. */
  track: number;
  /** The square around the face, in pixels of the source. */
  box: { x: number; y: number; width: number; height: number };
  /** The centres of the eyes, in pixels of the source; left and right as seen in the picture. */
  eyes: { left: Point; right: Point } | null;
  /** How certain the detector is of the face, 0 to 1; of a followed face, how certain the last look is, which may be below minScore. */
  score: number;
}

export interface RecognizeOptions {
  /** The frame's time in milliseconds; smoothing and gaps are measured by it. A time before the last one starts another video. At most 8.64e13 (a million days) before or after 0. Default: now. */
  time?: number;
  /** The picture stands alone: the whole of it is searched, and its tracks begin and end with it. Default false: the next frame of a video. */
  still?: boolean;
  /** Larger pictures are scaled down to this many pixels along their longer side before recognition. Default 640. */
  maxSize?: number;
}

export interface Recognition {
  /** The faces, the largest first. */
  faces: Face[];
  /** Time in the worker: reading the pixels, search, recognition. */
  milliseconds: number;
}

/** The library, running in a worker of its own. One instance serves one video at a time; make several for several videos. */
export interface Recognizer {
  /** The version of the library. */
  readonly version: string;
  /** The instruction set of its kernels. */
  readonly instructionSet: string;
  readonly expressions: readonly Expression[];
  /** The options in use. */
  readonly options: Required<RecognizerOptions>;
  /** Finds the faces of a frame or picture and recognises their expressions. */
  recognize(source: PictureSource, options?: RecognizeOptions): Promise<Recognition>;
  /** Recognises the expression of one face that fills the picture, such as a crop of a detector of your own. */
  recognizeFace(source: PictureSource): Promise<Scores>;
  /** Changes some options, and ends all tracks. */
  configure(options: RecognizerOptions): Promise<void>;
  /** Ends all tracks, as before the first frame of another video. */
  reset(): Promise<void>;
  /** Ends the worker. */
  close(): void;
}

/**
 * Starts the library in a worker; about 3 MB are loaded the first time.
 * @throws RangeError an option is out of its range. TypeError: an option is of another type. Error: the worker cannot start, or the file is no model of expressions, or one that reads colour.
 */
export function createRecognizer(options?: StartOptions): Promise<Recognizer>;
