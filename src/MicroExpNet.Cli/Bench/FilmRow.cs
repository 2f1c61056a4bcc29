namespace MicroExpNet.Cli.Bench;

/// <summary>A film, from its file to the table of its faces, beside FFmpeg's decoding alone.</summary>
/// <param name="Width">Columns of a frame.</param>
/// <param name="Height">Rows of a frame.</param>
/// <param name="Frames">Frames of the film.</param>
/// <param name="DecodePerSecond">Frames a second that FFmpeg alone decodes.</param>
/// <param name="TablePerSecond">Frames a second from the file to the table.</param>
/// <param name="Share">The second in shares of the first: the median of the rounds.</param>
internal sealed record FilmRow(int Width, int Height, int Frames, double DecodePerSecond, double TablePerSecond, double Share);
