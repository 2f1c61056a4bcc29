using System.Text.Json;
using Microsoft.JSInterop;

namespace MicroExpNet.Blazor;

/// <summary>What the component's script calls. With Blazor Server any client can call it, with any text.</summary>
/// <param name="camera">The component.</param>
internal sealed class CameraCallbacks(ExpressionCamera camera)
{
    /// <summary>A frame was recognised.</summary>
    /// <param name="frame">A <see cref="CameraFrame"/>.</param>
    [JSInvokable]
    public Task ReceiveFrame(string frame) => camera.ReceiveAsync(JsonSerializer.Deserialize(frame, CameraJson.Default.CameraFrame)!);

    /// <summary>The machine's cameras are known, or have changed.</summary>
    /// <param name="devices">An array of <see cref="CameraDevice"/>s.</param>
    [JSInvokable]
    public Task ReceiveDevices(string devices) =>
        camera.ReceiveAsync(JsonSerializer.Deserialize(devices, CameraJson.Default.IReadOnlyListCameraDevice)!);

    /// <summary>The camera or the recogniser failed.</summary>
    /// <param name="kind">The script's word for the reason.</param>
    /// <param name="detail">The browser's message.</param>
    [JSInvokable]
    public Task ReceiveError(string kind, string detail) => camera.ReceiveErrorAsync(kind, detail);

    /// <summary>The camera shows pictures.</summary>
    [JSInvokable]
    public Task ReceiveStart() => camera.ReceiveStartAsync();
}
