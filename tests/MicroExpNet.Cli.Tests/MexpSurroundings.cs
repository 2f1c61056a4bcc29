namespace MicroExpNet.Cli.Tests;

/// <summary>What the command finds around it when a test runs it.</summary>
internal sealed record MexpSurroundings
{
    public Stream Input { get; init; } = Stream.Null;

    public bool IsTerminal { get; init; }

    public int Width { get; init; } = 80;

    public Dictionary<string, string> Variables { get; init; } = [];

    public string ProgramFolder { get; init; } = "nowhere";

    public Func<string?, FaceDetectorOptions, IFaceDetector> CreateDetector { get; init; } = (_, _) => new FixedFaces();

    public CancellationToken Cancellation { get; init; } = TestContext.Current.CancellationToken;

    /// <summary>A busy machine takes longer to clear up than a user waits.</summary>
    public TimeSpan StopPatience { get; init; } = TimeSpan.FromMinutes(1);

    public static MexpSurroundings WithFaces(params FaceBox[] faces) => new() { CreateDetector = (_, _) => new FixedFaces(faces) };
}
