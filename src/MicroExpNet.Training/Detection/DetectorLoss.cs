namespace MicroExpNet.Training.Detection;

/// <summary>
/// What a detector's outputs for one image cost. Each cell near the middle of a face of the network's own sizes is a positive, those around
/// it and those of faces a little too small or large count for nothing, all others are negatives: focal loss (Lin et al., 2017). Positives
/// also learn the face's middle, size and eyes: smooth L1 loss (Girshick, 2015) on errors measured in the face's side.
/// </summary>
internal sealed class DetectorLoss
{
    /// <summary>Side of the smallest faces that must be found, in pixels of the network's input.</summary>
    public const float MinimumSide = 1.75f * FaceDetector.Stride;

    /// <summary>Side of the largest faces that must be found, in pixels of the network's input.</summary>
    public const float MaximumSide = 5 * FaceDetector.Stride;

    // Faces a little beyond those may be found or not.
    private const float Beyond = 1.25f;
    private const float PositiveReach = 0.25f;
    private const float IgnoredReach = 0.45f;
    private const double Gamma = 2;
    private const double BoxWeight = 1;
    private const double EyeWeight = 0.25;
    private const float SmoothUntil = 0.05f;

    // A usual image has so many positives; a fixed number keeps the gradient a plain sum over images.
    private const double UsualPositives = 6;

    /// <summary>The loss of one image and its gradient.</summary>
    /// <param name="outputs">The network's outputs, <c>[rows, columns, 8]</c>, see <see cref="FaceDetector"/>, rows
    /// <paramref name="stride"/> values apart.</param>
    /// <param name="gradients">Receives the gradient, in the same layout.</param>
    /// <param name="rows">Rows of cells.</param>
    /// <param name="columns">Columns of cells.</param>
    /// <param name="stride">Values from one row to the next.</param>
    /// <param name="faces">The faces, in pixels of the network's input.</param>
    /// <param name="weight">What the image counts.</param>
    /// <returns>The loss, 0 or more.</returns>
    public static double Compute(
        ReadOnlySpan<float> outputs, Span<float> gradients, int rows, int columns, int stride, ReadOnlySpan<PlacedFace> faces,
        double weight)
    {
        int channels = FaceDetector.OutputLabels.Length;
        double loss = 0;
        weight /= UsualPositives;
        for (int row = 0; row < rows; row++)
        {
            gradients.Slice(row * stride, columns * channels).Clear();
            for (int column = 0; column < columns; column++)
            {
                int at = (row * stride) + (column * channels);
                int face = Assign(faces, column, row);
                if (face == Ignored) continue;
                loss += Focal(outputs[at], face >= 0, weight, out gradients[at]);
                if (face >= 0)
                {
                    loss += BoxLoss(outputs.Slice(at, channels), gradients.Slice(at, channels), faces[face], column, row, weight);
                }
            }
        }

        return loss;
    }

    /// <summary>The face a cell is a positive of, <see cref="Ignored"/>, or <see cref="None"/>.</summary>
    internal static int Assign(ReadOnlySpan<PlacedFace> faces, int column, int row)
    {
        float x = (column + 0.5f) * FaceDetector.Stride, y = (row + 0.5f) * FaceDetector.Stride;
        int assigned = None;
        float nearest = float.MaxValue;
        for (int i = 0; i < faces.Length; i++)
        {
            PlacedFace face = faces[i];
            float away = Math.Max(Math.Abs(x - face.X), Math.Abs(y - face.Y));
            bool own = face.Side is >= MinimumSide and <= MaximumSide;
            if (!own && face.Side is < MinimumSide / Beyond or > MaximumSide * Beyond) continue;

            // At least the cell that holds the middle.
            if (own && away <= Math.Max(FaceDetector.Stride / 2f, PositiveReach * face.Side) && away < nearest)
            {
                assigned = i;
                nearest = away;
            }
            else if (assigned == None && away <= Math.Max(FaceDetector.Stride, IgnoredReach * face.Side))
            {
                assigned = Ignored;
            }
        }

        return assigned;
    }

    /// <summary>The cell belongs to no face.</summary>
    internal const int None = -1;

    /// <summary>The cell counts for nothing.</summary>
    internal const int Ignored = -2;

    private static double Focal(float logit, bool positive, double weight, out float gradient)
    {
        // Of the probability of what is not true; the sign makes both cases one.
        double sign = positive ? 1 : -1, z = sign * logit;
        double wrong = 1 / (1 + Math.Exp(z)), logRight = z > 30 ? -Math.Exp(-z) : z < -30 ? z : -Math.Log(1 + Math.Exp(-z));
        double focus = Math.Pow(wrong, Gamma);
        gradient = (float)(weight * sign * focus * ((Gamma * (1 - wrong) * logRight) - wrong));
        return -weight * focus * logRight;
    }

    private static double BoxLoss(ReadOnlySpan<float> outputs, Span<float> gradients, PlacedFace face, int column, int row, double weight)
    {
        // Strides to shares of the face's side; logarithms of sizes are shares already.
        float unit = FaceDetector.Stride / face.Side, x = column + 0.5f, y = row + 0.5f;
        double loss = 0;
        loss += Smooth(outputs, gradients, 1, (face.X / FaceDetector.Stride) - x, unit, weight * BoxWeight);
        loss += Smooth(outputs, gradients, 2, (face.Y / FaceDetector.Stride) - y, unit, weight * BoxWeight);
        loss += Smooth(outputs, gradients, 3, MathF.Log(face.Side / FaceDetector.SizeUnit), 1, weight * BoxWeight);
        if (face.Eyes is not { } eyes) return loss;
        loss += Smooth(outputs, gradients, 4, (eyes.LeftX / FaceDetector.Stride) - x, unit, weight * EyeWeight);
        loss += Smooth(outputs, gradients, 5, (eyes.LeftY / FaceDetector.Stride) - y, unit, weight * EyeWeight);
        loss += Smooth(outputs, gradients, 6, (eyes.RightX / FaceDetector.Stride) - x, unit, weight * EyeWeight);
        loss += Smooth(outputs, gradients, 7, (eyes.RightY / FaceDetector.Stride) - y, unit, weight * EyeWeight);
        return loss;
    }

    private static double Smooth(ReadOnlySpan<float> outputs, Span<float> gradients, int channel, float target, float unit, double weight)
    {
        float error = (outputs[channel] - target) * unit, size = Math.Abs(error);
        if (size < SmoothUntil)
        {
            gradients[channel] = (float)(weight * unit * error / SmoothUntil);
            return weight * error * error / (2 * SmoothUntil);
        }

        // Also of what is no number; the sum of the losses shows it.
        gradients[channel] = MathF.CopySign((float)(weight * unit), error);
        return weight * (size - (SmoothUntil / 2));
    }
}
