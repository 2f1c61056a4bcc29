namespace MicroExpNet.Vision;

/// <summary>
/// Steadies a track's box. A measured box differs from frame to frame by some percent although the face does not move, and where the next
/// search starts depends on it, so it would swing for ever. A box within the measurement's noise is held; one that differs by more is
/// followed in part; one that differs clearly is followed at once.
/// </summary>
internal static class BoxStabilizer
{
    // In shares of the side: a smaller change of centre and size is noise,
    private const double MoveNoise = 0.03, SizeNoise = 0.08;

    // and a change from these on is real. Sizes are measured less exactly than centres.
    private const double FullMove = 0.12, FullSize = 0.4;

    /// <summary>The steadied face.</summary>
    /// <param name="held">The face of the frame before.</param>
    /// <param name="measured">The face found in this frame.</param>
    /// <returns>A box between both, with the measured score.</returns>
    public static DetectedFace Steady(in DetectedFace held, in DetectedFace measured)
    {
        FaceBox from = held.Box, to = measured.Box;
        double side = Math.Max(1, (from.Width + from.Height) / 2.0);
        double moveX = CenterX(to) - CenterX(from), moveY = CenterY(to) - CenterY(from);
        double move = Math.Max(Math.Abs(moveX), Math.Abs(moveY)) / side;
        double size = Math.Max(Math.Abs(to.Width - from.Width), Math.Abs(to.Height - from.Height)) / side;
        if (move < MoveNoise && size < SizeNoise) return measured with { Box = from, Eyes = held.Eyes };

        double share = Math.Min(1, move / FullMove), sizeShare = Math.Min(1, size / FullSize);

        // A face that moves fast changes its size too: the box then is the measured one.
        sizeShare = Math.Max(sizeShare, share * share);
        double width = from.Width + (sizeShare * (to.Width - from.Width)), height = from.Height + (sizeShare * (to.Height - from.Height));
        double x = CenterX(from) + (share * moveX) - (width / 2), y = CenterY(from) + (share * moveY) - (height / 2);

        // Size and place are followed in different shares: the box must not leave what both boxes span, which lies in the image.
        int left = Math.Max(Round(x), Math.Min(from.X, to.X)), top = Math.Max(Round(y), Math.Min(from.Y, to.Y));
        int right = Math.Min(left + Math.Max(1, Round(width)), Math.Max(from.X + from.Width, to.X + to.Width));
        int bottom = Math.Min(top + Math.Max(1, Round(height)), Math.Max(from.Y + from.Height, to.Y + to.Height));
        FaceBox box = new(left, top, right - left, bottom - top);
        return measured with { Box = box, Eyes = Between(held.Eyes, measured.Eyes, (float)share) };
    }

    private static EyePositions? Between(EyePositions? from, EyePositions? to, float share) =>
        from is { } a && to is { } b
            ? new EyePositions(
                Mix(a.LeftX, b.LeftX, share), Mix(a.LeftY, b.LeftY, share), Mix(a.RightX, b.RightX, share), Mix(a.RightY, b.RightY, share))
            : to;

    private static float Mix(float from, float to, float share) => from + (share * (to - from));

    private static double CenterX(FaceBox box) => box.X + (box.Width / 2.0);

    private static double CenterY(FaceBox box) => box.Y + (box.Height / 2.0);

    private static int Round(double value) => (int)Math.Round(value);
}
