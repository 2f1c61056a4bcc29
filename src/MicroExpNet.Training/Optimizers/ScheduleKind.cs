namespace MicroExpNet.Training.Optimizers;

/// <summary>How the learning rate changes over a run.</summary>
public enum ScheduleKind
{
    /// <summary>It stays the same.</summary>
    Constant,

    /// <summary>It is divided by ten after every so many epochs, as in the original.</summary>
    Step,

    /// <summary>It falls to zero along half a cosine (Loshchilov, Hutter, 2017).</summary>
    Cosine,

    /// <summary>It rises from a 25th over the first part of the run, then falls to zero, both along a cosine (Smith, Topin,
    /// 2019).</summary>
    OneCycle,
}
