namespace MicroExpNet.Blazor;

/// <summary>Which way a camera of a phone looks. Other machines ignore it.</summary>
public enum CameraFacing
{
    /// <summary>At the person who holds the phone.</summary>
    User = 0,

    /// <summary>Away from that person.</summary>
    Environment = 1,
}
