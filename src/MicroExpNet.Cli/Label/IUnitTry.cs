namespace MicroExpNet.Cli.Label;

/// <summary>
/// The journal of one try of a unit: which pictures are in work. Whoever finds a journal of a process that is gone knows which picture may
/// have ended it. Disposing of it is an orderly end, which leaves nothing.
/// </summary>
internal interface IUnitTry : IDisposable
{
    /// <summary>Notes that work on a picture starts.</summary>
    /// <param name="picture">Its number in the unit.</param>
    void Begin(int picture);

    /// <summary>Notes that it has ended.</summary>
    /// <param name="picture">Its number in the unit.</param>
    void End(int picture);
}
