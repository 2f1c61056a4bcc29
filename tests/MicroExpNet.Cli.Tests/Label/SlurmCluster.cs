using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using MicroExpNet.Tests;

namespace MicroExpNet.Cli.Tests.Label;

/// <summary>Slurm on this machine without systemd: a controller and two nodes, each with its own daemon.</summary>
internal sealed class SlurmCluster : IDisposable
{
    private readonly string _folder;
    private readonly List<Process> _daemons = [];
    private readonly Process[] _nodes;

    private SlurmCluster(string folder)
    {
        _folder = folder;
        int[] ports = FreePorts(3);
        Directory.CreateDirectory(Path.Combine(folder, "state"));
        string key = Path.Combine(folder, "munge.key"), socket = Path.Combine(folder, "munge.socket"), host = Dns.GetHostName();
        File.WriteAllBytes(key, RandomNumberGenerator.GetBytes(128));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(key, UnixFileMode.UserRead);
        File.WriteAllText(Configuration, $"""
            ClusterName=mexp
            SlurmctldHost={host}(127.0.0.1)
            SlurmctldPort={ports[0]}
            SlurmUser=root
            AuthType=auth/munge
            AuthInfo=socket={socket},cred_expire=5
            StateSaveLocation={folder}/state
            SlurmdSpoolDir={folder}/%n
            SlurmctldPidFile={folder}/slurmctld.pid
            SlurmdPidFile={folder}/%n.pid
            SlurmctldLogFile={folder}/slurmctld.log
            SlurmdLogFile={folder}/%n.log
            SlurmdTimeout=4
            SlurmdParameters=config_overrides
            ReturnToService=2
            SelectType=select/cons_tres
            SelectTypeParameters=CR_Core
            ProctrackType=proctrack/pgid
            TaskPlugin=task/none
            JobAcctGatherType=jobacct_gather/none
            MpiDefault=none
            SwitchType=switch/none
            SchedulerParameters=sched_interval=2,batch_sched_delay=0,bf_interval=2
            NodeName=n1 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[1]} CPUs=2 State=UNKNOWN
            NodeName=n2 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[2]} CPUs=2 State=UNKNOWN
            PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP

            """);
        _daemons.Add(Start(
            "munged", "--foreground", "--force", $"--key-file={key}", $"--socket={socket}", $"--pid-file={folder}/munged.pid",
            $"--log-file={folder}/munged.log", $"--seed-file={folder}/munged.seed"));
        for (int i = 0; !File.Exists(socket) && i < 100; i++) Thread.Sleep(50);
        _daemons.Add(Start("slurmctld", "-D", "-f", Configuration));
        _nodes = [.. ((string[])["n1", "n2"]).Select(node =>
        {
            Directory.CreateDirectory(Path.Combine(folder, node));
            return Start("slurmd", "-D", "-N", node, "-f", Configuration);
        })];
    }

    private string Configuration => Path.Combine(_folder, "slurm.conf");

    /// <summary>Starts the cluster in a folder, which is not longer than a socket's path may be.</summary>
    public static SlurmCluster Start(string folder)
    {
        bool isThere = OperatingSystem.IsLinux() && Environment.UserName == "root" && ((string[])["slurmd", "slurmctld", "munged"])
            .All(name => File.Exists($"/usr/sbin/{name}"));
        Requirement.Check(isThere, "Slurm is not installed (Debian's slurm-wlm), or the user is not root");
        return new SlurmCluster(folder);
    }

    /// <summary>Runs one of Slurm's commands.</summary>
    public async Task<string> RunAsync(string command, params string[] arguments)
    {
        using Process process = Start(command, arguments);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{command}: {error}\n{Logs}");
        return output;
    }

    /// <summary>What went on, for a test that failed.</summary>
    public string Logs => string.Join("\n", Directory.GetFiles(_folder, "*.log").Select(log =>
        $"== {log}\n{string.Join("\n", File.ReadLines(log).TakeLast(15))}"));

    /// <summary>Ends the second node as a power cut does: its daemon and all that runs on it, by SIGKILL.</summary>
    /// <returns>How many processes of jobs ended.</returns>
    public int KillSecondNode()
    {
        int[] jobs = ProcessesOf("n2");
        _nodes[1].Kill();
        foreach (int job in jobs) Kill(job);
        return jobs.Length;
    }

    /// <summary>The processes of jobs on a node, and the daemons that hold them.</summary>
    public static int[] ProcessesOf(string node)
    {
        HashSet<int> found = [];
        foreach (string folder in Directory.GetDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out int id)) continue;
            try
            {
                if (!File.ReadAllText(Path.Combine(folder, "environ")).Contains($"SLURMD_NODENAME={node}\0", StringComparison.Ordinal))
                {
                    continue;
                }
                found.Add(id);
                string[] status = File.ReadAllText(Path.Combine(folder, "stat")).Split(") ")[1].Split(' ');
                int parent = int.Parse(status[1]);
                if (File.ReadAllText($"/proc/{parent}/comm").StartsWith("slurmstepd", StringComparison.Ordinal)) found.Add(parent);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It has ended, or is another user's.
            }
        }

        return [.. found.OrderDescending()];
    }

    public void Dispose()
    {
        foreach (int job in (int[])[.. ProcessesOf("n1"), .. ProcessesOf("n2")]) Kill(job);
        foreach (Process process in (Process[])[.. _nodes, .. Enumerable.Reverse(_daemons)])
        {
            if (!process.HasExited) process.Kill();
            process.WaitForExit();
            process.Dispose();
        }
    }

    private static void Kill(int id)
    {
        try
        {
            using Process process = Process.GetProcessById(id);
            process.Kill();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // It has ended with its parent.
        }
    }

    private Process Start(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder,
        };
        start.Environment["SLURM_CONF"] = Configuration;
        start.Environment["PATH"] = $"/usr/sbin:{Environment.GetEnvironmentVariable("PATH")}";
        Process process = Process.Start(start)!;
        if (program.StartsWith("slurm", StringComparison.Ordinal) || program == "munged")
        {
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
        }

        return process;
    }

    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        foreach (TcpListener listener in listeners) listener.Start();
        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        foreach (TcpListener listener in listeners) listener.Dispose();
        return ports;
    }
}
