namespace MicroExpNet.Training.Optimizers;

/// <summary>How the learning rate changes over a run.</summary>
public enum ScheduleKind
{
    /// <summary>It stays.</summary>
    Constant,

    /// <summary>A tenth after every so many epochs, as in the original.</summary>
    Step,

    /// <summary>Down to zero along half a cosine (Loshchilov, Hutter, 2017).</summary>
    Cosine,

    /// <summary>Up from a 25th over the first part of the run, then down to zero, both along a cosine (Smith, Topin, 2019).</summary>
    OneCycle,
}
