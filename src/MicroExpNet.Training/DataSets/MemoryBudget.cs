namespace MicroExpNet.Training.DataSets;

/// <summary>Counts the memory that the faces of a data set take, and refuses more than the limit.</summary>
/// <param name="name">What messages call the data set.</param>
/// <param name="limit">Maximum, in bytes.</param>
internal sealed class MemoryBudget(string name, long limit)
{
    private long _used;

    /// <summary>Counts a face that is kept in memory.</summary>
    /// <param name="bytes">Its size.</param>
    /// <exception cref="DataSetFormatException">The limit is exceeded.</exception>
    public void Take(long bytes)
    {
        _used += bytes;
        if (_used > limit)
        {
            throw new DataSetFormatException(
                $"{name}: its pictures take more than {limit / 1_000_000:N0} MB in memory; cut out their faces, or make them smaller");
        }
    }
}
