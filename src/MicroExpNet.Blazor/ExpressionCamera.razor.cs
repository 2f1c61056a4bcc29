using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace MicroExpNet.Blazor;

/// <summary>
/// Shows a camera of the visitor's machine and recognises the expressions of its faces there, in a worker of the browser. No picture leaves
/// the machine; with Blazor Server the results alone go to the server. The camera is closed while the tab is in the background.
/// </summary>
/// <remarks>
/// The first time the browser loads about 3 MB from <c>_content/MicroExpNet.Blazor</c>. The page must be opened over https or on localhost.
/// A content security policy must allow <c>script-src 'self' 'wasm-unsafe-eval'</c> and <c>worker-src 'self'</c>.
/// </remarks>
public sealed partial class ExpressionCamera : ComponentBase, IAsyncDisposable
{
    // Below the smallest face that the detector can find.
    private const int LeastFace = 14, MostFace = 65535;

    private ElementReference _root;
    private DotNetObjectReference<CameraCallbacks>? _callbacks;
    private IJSObjectReference? _camera;
    private CameraError? _error;
    private string? _settings;
    private bool _isDisposed;

    /// <summary>
    /// Receives the faces of each frame, also where there are none. A frame that comes while the last one is handled is left out.
    /// </summary>
    [Parameter]
    public EventCallback<CameraFrame> OnFaces { get; set; }

    /// <summary>Receives why there is no camera or no result. Without it the component shows the message itself.</summary>
    [Parameter]
    public EventCallback<CameraError> OnError { get; set; }

    /// <summary>Receives the machine's cameras when one has been opened, and when one is connected or disconnected.</summary>
    [Parameter]
    public EventCallback<IReadOnlyList<CameraDevice>> OnDevices { get; set; }

    /// <summary>Whether the camera is open. Default <see langword="true"/>; the browser asks the visitor the first time.</summary>
    [Parameter]
    public bool Active { get; set; } = true;

    /// <summary>The <see cref="CameraDevice.Id"/> of a camera. Default: one that looks as <see cref="Facing"/> says.</summary>
    [Parameter]
    public string? Device { get; set; }

    /// <summary>Which of a phone's cameras is opened where <see cref="Device"/> names none.</summary>
    [Parameter]
    public CameraFacing Facing { get; set; }

    /// <summary>
    /// Whether the picture is shown as in a mirror. Default <see langword="true"/>; a camera that looks away is never mirrored.
    /// </summary>
    [Parameter]
    public bool Mirror { get; set; } = true;

    /// <summary>Whether boxes, labels and bars are drawn over the picture. Default <see langword="true"/>.</summary>
    [Parameter]
    public bool ShowFaces { get; set; } = true;

    /// <summary>
    /// Smallest face searched for, in pixels of a frame of at most 640 pixels along its longer side; 14 to 65535. Default 60.
    /// </summary>
    [Parameter]
    public int MinFace { get; set; } = 60;

    /// <summary>Least score of a face, between 0 and 1. Default 0.65.</summary>
    [Parameter]
    public double MinScore { get; set; } = 0.65;

    /// <summary>Time over which the probabilities of a face are smoothed; at most 10 seconds. Default: none.</summary>
    [Parameter]
    public TimeSpan Smoothing { get; set; }

    /// <summary>How common the expressions are taken to be.</summary>
    [Parameter]
    public ExpressionPrior Prior { get; set; }

    /// <summary>Attributes of the element around the picture, such as <c>class</c>.</summary>
    [Parameter(CaptureUnmatchedValues = true)]
    public IReadOnlyDictionary<string, object>? Attributes { get; set; }

    [Inject]
    private IJSRuntime Scripts { get; set; } = null!;

    private string Settings => JsonSerializer.Serialize(
        new CameraSettings(Active, Device, Facing, Mirror, ShowFaces, MinFace, MinScore, Smoothing.TotalMilliseconds, Prior),
        CameraJson.Default.CameraSettings);

    /// <summary>Closes the camera and ends the worker.</summary>
    public async ValueTask DisposeAsync()
    {
        _isDisposed = true;
        await CloseAsync();
    }

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        Check(MinFace is >= LeastFace and <= MostFace, nameof(MinFace), MinFace, "14 to 65535 pixels");
        Check(MinScore is > 0 and < 1, nameof(MinScore), MinScore, "a number between 0 and 1");
        Check(Smoothing >= TimeSpan.Zero && Smoothing <= TimeSpan.FromSeconds(10), nameof(Smoothing), Smoothing, "0 to 10 seconds");
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        try
        {
            if (firstRender) await CreateAsync();
            if (_isDisposed) await CloseAsync();
            else if (_camera is not null && Settings is string settings && settings != _settings) await UpdateAsync(settings);
        }
        catch (JSDisconnectedException)
        {
            // The page is gone.
        }
    }

    /// <summary>Reports a frame.</summary>
    /// <param name="frame">The frame.</param>
    internal Task ReceiveAsync(CameraFrame frame) => RaiseAsync(OnFaces, frame);

    /// <summary>Reports the cameras.</summary>
    /// <param name="devices">The cameras.</param>
    internal Task ReceiveAsync(IReadOnlyList<CameraDevice> devices) => RaiseAsync(OnDevices, devices);

    /// <summary>Forgets the last error: the camera shows pictures.</summary>
    internal Task ReceiveStartAsync() => InvokeAsync(() =>
    {
        _error = null;
        StateHasChanged();
    });

    /// <summary>Reports an error, or shows it.</summary>
    /// <param name="kind">The script's word for it.</param>
    /// <param name="detail">The browser's message.</param>
    internal Task ReceiveErrorAsync(string kind, string detail)
    {
        CameraError error = kind switch
        {
            "insecure" => new(CameraErrorKind.InsecurePage, "Browsers give a page the camera only over https or on localhost."),
            "denied" => new(
                CameraErrorKind.NotAllowed, "The camera is not allowed. Allow it in the browser, beside the address, and try again."),
            "missing" => new(CameraErrorKind.NoCamera, "There is no camera. Connect one and try again."),
            "busy" => new(CameraErrorKind.Busy, "The camera does not answer. Close other programs that use it and try again."),
            "disconnected" => new(CameraErrorKind.Disconnected, "The camera was disconnected. Connect it and try again."),
            "recognizer" => new(CameraErrorKind.RecognizerFailed, $"The recogniser does not run: {detail}"),
            _ => new(CameraErrorKind.CameraFailed, $"The camera did not start: {detail}"),
        };
        _error = error;
        return RaiseAsync(OnError, error);
    }

    private static void Check(bool isValid, string name, object value, string expected)
    {
        if (isValid) return;
        throw new ArgumentOutOfRangeException(name, value, $"{name} of {nameof(ExpressionCamera)} is {value}; expected {expected}");
    }

    private async Task CreateAsync()
    {
        _settings = Settings;
        _callbacks = DotNetObjectReference.Create(new CameraCallbacks(this));
        try
        {
            const string script = "./_content/MicroExpNet.Blazor/expression-camera.js";
            await using IJSObjectReference module = await Scripts.InvokeAsync<IJSObjectReference>("import", script);
            if (_isDisposed) return;
            _camera = await module.InvokeAsync<IJSObjectReference>("create", _root, _callbacks, _settings);
        }
        catch (JSException exception)
        {
            await ReceiveErrorAsync("recognizer", exception.Message.Split('\n')[0]);
        }
    }

    private async Task UpdateAsync(string settings)
    {
        _settings = settings;
        try
        {
            await _camera!.InvokeVoidAsync("update", settings);
        }
        catch (JSException exception)
        {
            await ReceiveErrorAsync("recognizer", exception.Message.Split('\n')[0]);
        }
    }

    // Also after a component that went while its camera was made.
    private async Task CloseAsync()
    {
        try
        {
            if (_camera is { } camera)
            {
                _camera = null;
                await camera.InvokeVoidAsync("close");
                await camera.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The page is gone, and the camera with it.
        }

        _callbacks?.Dispose();
    }

    // A callback's exception belongs to the application: its error boundary shows it.
    private Task RaiseAsync<T>(EventCallback<T> callback, T value) => InvokeAsync(async () =>
    {
        try
        {
            await callback.InvokeAsync(value);
            if (!callback.HasDelegate) StateHasChanged();
        }
        catch (Exception exception)
        {
            await DispatchExceptionAsync(exception);
        }
    });
}
