using MicroExpNet.Training.Quantization;

namespace MicroExpNet.Training.Tests.Quantization;

public class InverseFactorTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(33)]
    [InlineData(100)]
    public void Its_square_times_the_matrix_is_the_identity(int size)
    {
        // X·Xᵀ of random X is positive definite, and a little more of the diagonal makes it so in floating point too.
        Random random = new(size);
        double[,] x = new double[size, size], matrix = new double[size, size];
        for (int i = 0; i < size * size; i++) x[i / size, i % size] = random.NextDouble() - 0.5;
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++) matrix[i, j] = Enumerable.Range(0, size).Sum(k => x[i, k] * x[j, k]) + (i == j ? 0.1 : 0);
        }

        double[] upper = InverseFactor.Of((i, j) => i <= j ? matrix[i, j] : double.NaN, size, null, TestContext.Current.CancellationToken);
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
            {
                if (j < i) Assert.Equal(0, upper[(i * size) + j]);
                double product = 0;
                for (int k = 0; k < size; k++)
                {
                    for (int l = 0; l <= Math.Min(i, k); l++) product += upper[(l * size) + i] * upper[(l * size) + k] * matrix[k, j];
                }

                Assert.Equal(i == j ? 1 : 0, product, 1e-9);
            }
        }
    }

    [Fact]
    public void A_cancelled_computation_ends() => Assert.ThrowsAny<OperationCanceledException>(
        () => InverseFactor.Of((i, j) => i == j ? 1 : 0, 2000, null, new CancellationToken(canceled: true)));
}
