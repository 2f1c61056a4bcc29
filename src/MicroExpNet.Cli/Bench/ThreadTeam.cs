using System.Runtime.ExceptionServices;

namespace MicroExpNet.Cli.Bench;

/// <summary>Threads that begin at the same moment and are waited for.</summary>
internal static class ThreadTeam
{
    /// <summary>Runs something once on each thread. The first failure of any of them is thrown.</summary>
    /// <param name="threads">How many, 1 or more.</param>
    /// <param name="run">Is given the thread's number, from 0, and a meeting point of all.</param>
    public static void Run(int threads, Action<int, Barrier> run)
    {
        using Barrier barrier = new(threads);
        Exception? failure = null;
        Thread[] team = [.. Enumerable.Range(0, threads).Select(number => new Thread(() => Guarded(number)) { IsBackground = true })];
        foreach (Thread thread in team) thread.Start();
        foreach (Thread thread in team) thread.Join();
        if (failure is not null) ExceptionDispatchInfo.Throw(failure);

        void Guarded(int number)
        {
            try
            {
                barrier.SignalAndWait();
                run(number, barrier);
            }
            catch (Exception e)
            {
                // The others go on to their end without this one.
                Interlocked.CompareExchange(ref failure, e, null);
            }
            finally
            {
                barrier.RemoveParticipant();
            }
        }
    }
}
