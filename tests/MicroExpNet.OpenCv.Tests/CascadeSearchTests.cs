namespace MicroExpNet.OpenCv.Tests;

public sealed class CascadeSearchTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mexp-cascade");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void The_first_folder_that_has_the_file_is_taken()
    {
        string[] folders = [.. new[] { "empty", "first", "second" }.Select(name => _folder.CreateSubdirectory(name).FullName)];
        File.WriteAllText(Path.Combine(folders[1], CascadeSearch.FileName), "");
        File.WriteAllText(Path.Combine(folders[2], CascadeSearch.FileName), "");
        Assert.Equal(Path.Combine(folders[1], CascadeSearch.FileName), CascadeSearch.Find(folders));
    }

    [Fact]
    public void Where_no_folder_has_it_one_line_says_what_to_install()
    {
        var missing = Assert.Throws<DetectorUnavailableException>(() => CascadeSearch.Find([_folder.FullName, "/nowhere"]));
        Assert.Contains(CascadeSearch.FileName, missing.Message, StringComparison.Ordinal);
        Assert.Contains(Installation.Advice, missing.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', missing.Message);
    }

    [Fact]
    public void The_environment_variable_goes_before_the_usual_places_and_after_what_is_asked_for()
    {
        string named = Path.Combine(_folder.FullName, "named.xml");
        string asked = Path.Combine(_folder.FullName, "asked.xml");
        File.WriteAllText(named, "");
        File.WriteAllText(asked, "");
        string? before = Environment.GetEnvironmentVariable(CascadeSearch.Variable);
        try
        {
            Environment.SetEnvironmentVariable(CascadeSearch.Variable, named);
            Assert.Equal(named, CascadeSearch.Find(asked: null));
            Assert.Equal(asked, CascadeSearch.Find(asked));

            Environment.SetEnvironmentVariable(CascadeSearch.Variable, named + "?");
            var refused = Assert.Throws<DetectorUnavailableException>(() => CascadeSearch.Find(asked: null));
            Assert.Equal($"{named}?: the cascade file of MEXP_CASCADE does not exist", refused.Message);
        }
        finally
        {
            Environment.SetEnvironmentVariable(CascadeSearch.Variable, before);
        }
    }

    [Fact]
    public void The_usual_places_are_those_of_Debian_Homebrew_vcpkg_and_OpenCVs_own_build()
    {
        string vcpkg = _folder.CreateSubdirectory("installed").CreateSubdirectory("x64-linux").FullName;
        string? root = Environment.GetEnvironmentVariable("VCPKG_ROOT");
        string? directory = Environment.GetEnvironmentVariable("OPENCV_DIR");
        try
        {
            Environment.SetEnvironmentVariable("VCPKG_ROOT", _folder.FullName);
            Environment.SetEnvironmentVariable("OPENCV_DIR", _folder.FullName);
            string[] places = [.. CascadeSearch.UsualFolders()];
            Assert.Contains("/usr/share/opencv4/haarcascades", places);
            Assert.Contains("/usr/share/opencv/haarcascades", places);
            Assert.Contains("/opt/homebrew/share/opencv4/haarcascades", places);
            Assert.Contains(Path.Combine(vcpkg, "share", "opencv4", "haarcascades"), places);
            Assert.Contains(Path.Combine(_folder.FullName, "build", "etc", "haarcascades"), places);
        }
        finally
        {
            Environment.SetEnvironmentVariable("VCPKG_ROOT", root);
            Environment.SetEnvironmentVariable("OPENCV_DIR", directory);
        }
    }

    [Theory]
    [InlineData("ID=debian\n", "apt-get install libgtk-3-0 opencv-data")]
    [InlineData("NAME=\"Ubuntu\"\nID=ubuntu\nID_LIKE=debian", "apt-get install libgtk-3-0 opencv-data")]
    [InlineData("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"", "dnf install gtk3 opencv-data")]
    [InlineData("ID=arch", "pacman -S gtk3 opencv")]
    [InlineData("", "apt-get install libgtk-3-0 opencv-data")]
    public void The_advice_is_the_distributions_own_command(string release, string command) =>
        Assert.Equal($"install it: {command}", Installation.AdviceForLinux(release));
}
