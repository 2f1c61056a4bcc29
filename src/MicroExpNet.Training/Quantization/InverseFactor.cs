using System.Numerics;

namespace MicroExpNet.Training.Quantization;

/// <summary>
/// The upper triangle U with <c>UᵀU = A⁻¹</c> of a symmetric positive definite matrix A: with A, both ways in reverse order, as M·Mᵀ
/// (Cholesky), U is M⁻¹ in reverse order. Eight rows are computed together, so that each value read from memory is used eight times.
/// </summary>
internal static unsafe class InverseFactor
{
    private const int Block = 8;

    // A diagonal below it is rounding error of a singular matrix.
    private const double MinDiagonal = 1e-18;

    /// <summary>Computes U.</summary>
    /// <param name="matrix">A, <c>[size, size]</c>; only its upper triangle is read.</param>
    /// <param name="size">Rows and columns.</param>
    /// <param name="progress">Receives the share that is done, 0 to 1.</param>
    /// <param name="cancellationToken">Stops the computation.</param>
    /// <returns>U, <c>[size, size]</c>, with zeros below the diagonal.</returns>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static double[] Of(Func<int, int, double> matrix, int size, Action<double>? progress, CancellationToken cancellationToken)
    {
        // Padded to whole blocks by rows and columns of the identity, so that no block needs a special case.
        int padded = (size + Block - 1) / Block * Block;
        double[] lower = GC.AllocateArray<double>(padded * padded, pinned: true),
            inverse = GC.AllocateArray<double>(padded * padded, pinned: true);
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j <= i; j++) lower[(i * padded) + j] = matrix(size - 1 - i, size - 1 - j);
        }

        for (int i = size; i < padded; i++) lower[(i * padded) + i] = 1;
        fixed (double* l = lower, v = inverse)
        {
            Factor(l, padded, done => progress?.Invoke(done / 2), cancellationToken);
            Invert(l, v, padded, done => progress?.Invoke((1 + done) / 2), cancellationToken);
        }

        // The inverse lies transposed; in reverse order its row becomes U's column.
        double[] upper = new double[size * size];
        for (int i = 0; i < size; i++)
        {
            for (int j = i; j < size; j++) upper[(i * size) + j] = inverse[((size - 1 - j) * padded) + size - 1 - i];
        }

        return upper;
    }

    // In place, eight columns at a time: the products with the columns before, then the columns among themselves.
    private static void Factor(double* lower, int size, Action<double> progress, CancellationToken cancellationToken)
    {
        for (int first = 0; first < size; first += Block)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int column = first;
            double* block = lower + ((nint)column * size);
            Parallel.For(first, size, i => SubtractProducts(lower + ((nint)i * size), block, size, column));
            for (int i = first; i < first + Block; i++) FinishRow(lower + ((nint)i * size), block, size, column, i - first);
            Parallel.For(first + Block, size, i => FinishRow(lower + ((nint)i * size), block, size, column, Block));
            progress((double)(first + Block) / size);
        }
    }

    private static void SubtractProducts(double* row, double* block, int size, int length)
    {
        double* sums = stackalloc double[Block];
        Dots(row, block, size, length, sums);
        for (int i = 0; i < Block; i++) row[length + i] -= sums[i];
    }

    // A row of eight columns whose products with the columns before are subtracted already. Of the block's own rows, those before the
    // diagonal are done.
    private static void FinishRow(double* row, double* block, int size, int first, int count)
    {
        for (int i = 0; i <= Math.Min(count, Block - 1); i++)
        {
            double* other = block + ((nint)i * size);
            double sum = row[first + i];
            for (int k = 0; k < i; k++) sum -= row[first + k] * other[first + k];
            row[first + i] = i == count ? Math.Sqrt(Math.Max(sum, MinDiagonal)) : sum / other[first + i];
        }
    }

    // The inverse of a lower triangle, transposed: eight of its columns at a time are rows here, filled from the diagonal on.
    private static void Invert(double* lower, double* inverse, int size, Action<double> progress, CancellationToken cancellationToken)
    {
        int done = 0;
        Parallel.For(0, size / Block, new ParallelOptions { CancellationToken = cancellationToken }, number =>
        {
            int first = number * Block;
            double* rows = inverse + ((nint)first * size);
            double* sums = stackalloc double[Block];
            for (int i = first; i < size; i++)
            {
                if (cancellationToken.IsCancellationRequested) return;
                double* row = lower + ((nint)i * size);
                Dots(row + first, rows + first, size, i - first, sums);
                for (int k = 0; k < Block; k++)
                {
                    if (first + k <= i) rows[((nint)k * size) + i] = ((first + k == i ? 1 : 0) - sums[k]) / row[i];
                }
            }

            progress((double)Interlocked.Increment(ref done) * Block / size);
        });
        cancellationToken.ThrowIfCancellationRequested();
    }

    // The products of one row with eight others.
    private static void Dots(double* row, double* others, nint stride, int length, double* sums)
    {
        Vector<double> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        int i = 0;
        for (; i <= length - Vector<double>.Count; i += Vector<double>.Count)
        {
            Vector<double> value = Vector.Load(row + i);
            double* other = others + i;
            a = Vector.MultiplyAddEstimate(value, Vector.Load(other), a);
            b = Vector.MultiplyAddEstimate(value, Vector.Load(other + stride), b);
            c = Vector.MultiplyAddEstimate(value, Vector.Load(other + (2 * stride)), c);
            d = Vector.MultiplyAddEstimate(value, Vector.Load(other + (3 * stride)), d);
            other += 4 * stride;
            e = Vector.MultiplyAddEstimate(value, Vector.Load(other), e);
            f = Vector.MultiplyAddEstimate(value, Vector.Load(other + stride), f);
            g = Vector.MultiplyAddEstimate(value, Vector.Load(other + (2 * stride)), g);
            h = Vector.MultiplyAddEstimate(value, Vector.Load(other + (3 * stride)), h);
        }

        sums[0] = Vector.Sum(a);
        sums[1] = Vector.Sum(b);
        sums[2] = Vector.Sum(c);
        sums[3] = Vector.Sum(d);
        sums[4] = Vector.Sum(e);
        sums[5] = Vector.Sum(f);
        sums[6] = Vector.Sum(g);
        sums[7] = Vector.Sum(h);
        for (; i < length; i++)
        {
            for (int k = 0; k < Block; k++) sums[k] += row[i] * others[(k * stride) + i];
        }
    }
}
