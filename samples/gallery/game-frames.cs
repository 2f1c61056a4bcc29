#:project ../../src/MicroExpNet.Vision
#:property AllowUnsafeBlocks=true
// Frames as game engines have them (Unity's WebCamTexture, Godot's Image): RGBA in native memory, the bottom row first. A frame is turned
// the right way up, and recognised on a thread of its own while the game draws the next ones, which are left out until it is done.
//   dotnet run samples/gallery/game-frames.cs
using System.Diagnostics;
using MicroExpNet;
using MicroExpNet.Vision;

using FrameReader reader = new(512, 512);
byte[] texture = MakeTexture("samples/astronaut.png");
for (int frame = 0; frame < 60; frame++)
{
    unsafe
    {
        fixed (byte* pixels = texture) reader.Offer(pixels);                            // GetNativeTexturePtr, GetRawTextureData<Color32>
    }

    Thread.Sleep(16);                                                                   // the game draws at 60 frames a second
    if (frame % 20 == 19) Console.WriteLine($"frame {frame + 1}: {reader.Newest}");
}

// What the engine would give.
static byte[] MakeTexture(string path)
{
    using Photo photo = Photo.Load(path);
    byte[] gray = photo.ToGray(), texture = new byte[4 * gray.Length];
    for (int y = 0; y < photo.Height; y++)
    {
        for (int x = 0; x < photo.Width; x++)
        {
            texture.AsSpan(4 * ((y * photo.Width) + x), 4).Fill(gray[((photo.Height - 1 - y) * photo.Width) + x]);
        }
    }

    return texture;
}

internal sealed unsafe class FrameReader : IDisposable
{
    private readonly int _width;
    private readonly int _height;
    private readonly byte[] _frame;
    private readonly SemaphoreSlim _offered = new(0);
    private readonly Thread _thread;
    private volatile string _newest = "no frame yet";
    private volatile bool _isBusy;
    private volatile bool _isClosed;

    public FrameReader(int width, int height)
    {
        (_width, _height, _frame) = (width, height, new byte[4 * width * height]);
        _thread = new Thread(Run) { IsBackground = true };
        _thread.Start();
    }

    public string Newest => _newest;

    // Called by the game's thread: a copy, or nothing while another frame is recognised.
    public void Offer(byte* pixels)
    {
        if (_isBusy) return;
        int row = 4 * _width;
        for (int y = 0; y < _height; y++) new ReadOnlySpan<byte>(pixels + ((_height - 1 - y) * row), row).CopyTo(_frame.AsSpan(y * row));
        _isBusy = true;
        _offered.Release();
    }

    public void Dispose()
    {
        _isClosed = true;
        _offered.Release();
        _thread.Join();
        _offered.Dispose();
    }

    private void Run()
    {
        VideoRecognizer video = new(ExpressionRecognizer.Default, FaceDetector.Default.With(new FaceDetectorOptions { MinFace = 60 }));
        Stopwatch clock = Stopwatch.StartNew();
        while (true)
        {
            _offered.Wait();
            if (_isClosed) return;
            ReadOnlySpan<TrackedFace> faces = video.Recognize(
                new ImageView(_frame, _width, _height, PixelFormat.Rgba32), clock.Elapsed);     // without a time: 25 frames a second
            _newest = faces is [var first, ..] ? $"face {first.Track}: {first.Scores.Top} {first.Scores.TopProbability:P0}" : "no face";
            _isBusy = false;
        }
    }
}
