namespace MicroExpNet.Training.Layers;

/// <summary>The part of a pool's window that lies inside its input, and the output pixel it makes.</summary>
internal readonly record struct PoolWindow(int Row, int Column, int Top, int Left, int Height, int Width);
