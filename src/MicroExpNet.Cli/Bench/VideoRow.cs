namespace MicroExpNet.Cli.Bench;

/// <summary>A video's frames, each recognised.</summary>
/// <param name="Width">Columns of a frame.</param>
/// <param name="Height">Rows of a frame.</param>
/// <param name="Faces">Faces in each frame.</param>
/// <param name="Threads">Threads, each with a video of its own.</param>
/// <param name="Time">Frames a second, milliseconds a frame.</param>
/// <param name="Recognized">Faces recognised in a frame, the mean.</param>
internal sealed record VideoRow(int Width, int Height, int Faces, int Threads, Timing Time, double Recognized);
