namespace MicroExpNet.Video.Tests;

/// <summary>The lists of cameras that FFmpeg prints, as its documentation and its source have them.</summary>
public sealed class DeviceListTests
{
    [Fact]
    public void Cameras_of_macOS_are_listed_without_microphones() =>
        Assert.Equal(["FaceTime HD Camera", "Capture screen 0"], DeviceList.Parse("""
        [AVFoundation indev @ 0x7f9] AVFoundation video devices:
        [AVFoundation indev @ 0x7f9] [0] FaceTime HD Camera
        [AVFoundation indev @ 0x7f9] [1] Capture screen 0
        [AVFoundation indev @ 0x7f9] AVFoundation audio devices:
        [AVFoundation indev @ 0x7f9] [0] Built-in Microphone
        : Input/output error
        """));

    [Fact]
    public void Cameras_of_Windows_are_listed_in_the_old_form_and_the_new_one()
    {
        Assert.Equal(["Integrated Camera"], DeviceList.Parse("""
            [dshow @ 000001] DirectShow video devices (some may be both video and audio devices)
            [dshow @ 000001]  "Integrated Camera"
            [dshow @ 000001]     Alternative name "@device_pnp_\\?\usb#vid"
            [dshow @ 000001] DirectShow audio devices
            [dshow @ 000001]  "Microphone (Realtek)"
            """));
        Assert.Equal(["Integrated Camera"], DeviceList.Parse("""
            [dshow @ 000001] "Integrated Camera" (video)
            [dshow @ 000001]   Alternative name "@device_pnp_\\?\usb#vid"
            [dshow @ 000001] "Microphone (Realtek)" (audio)
            dummy: Immediate exit requested
            """));
    }
}
