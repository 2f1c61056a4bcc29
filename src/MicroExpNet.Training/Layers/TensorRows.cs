namespace MicroExpNet.Training.Layers;

/// <summary>The rows of a shard's first images, image after image.</summary>
/// <param name="images">Number of images.</param>
/// <param name="height">Rows of each image, 1 or more.</param>
internal struct TensorRows(int images, int height)
{
    private int _image;
    private int _y = -1;

    public readonly TensorRow Current => new(_image, _y);

    public readonly TensorRows GetEnumerator() => this;

    public bool MoveNext()
    {
        if (++_y == height)
        {
            _y = 0;
            _image++;
        }

        return _image < images;
    }
}
