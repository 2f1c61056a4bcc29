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

    // As FFmpeg 7 writes them. "(none)" is one that said nothing of itself, such as a virtual camera whose program does not run.
    [Fact]
    public void Devices_of_Windows_that_give_pictures_among_others_are_cameras() =>
        Assert.Equal(["Live Gamer HD", "OBS Virtual Camera", "Grabber"], DeviceList.Parse("""
            [in#0 @ 000001] Could not enumerate
            [dshow @ 000001] "Live Gamer HD" (audio, video)
            [dshow @ 000001]   Alternative name "@device_pnp_\\?\usb#vid"
            [dshow @ 000001] "OBS Virtual Camera" (none)
            [dshow @ 000001] "Grabber" (video, audio)
            [dshow @ 000001] "Microphone (Realtek)" (audio)
            """));

    [Fact]
    public void Of_a_camera_of_Linux_the_file_of_its_pictures_is_listed() =>
        Assert.Equal(["/dev/video0", "/dev/video2", "/dev/video9", "/dev/video10"], DeviceList.OfVideo4Linux([
            ("/dev/video10", "0\n"), ("/dev/video0", "0\n"), ("/dev/video1", "1\n"), ("/dev/video9", null), ("/dev/video2", "0\n"),
            ("/dev/video3", "3\n"),
        ]));
}
