namespace MicroExpNet.Cli.Bench;

/// <summary>A folder of photos, all threads at work.</summary>
/// <param name="Photos">Photos in it.</param>
/// <param name="Threads">Photos at once.</param>
/// <param name="DecodeAndDetect">Reading, decoding and detection alone; photos a second of the whole folder, milliseconds a photo.</param>
/// <param name="Predict">All that <c>mexp predict</c> does.</param>
/// <param name="Share">The median over the rounds of predict's photos a second over those of decoding and detection alone.</param>
internal sealed record FolderResult(int Photos, int Threads, Timing DecodeAndDetect, Timing Predict, double Share);
