using System.Diagnostics.CodeAnalysis;

namespace MicroExpNet.Training;

/// <summary>Refuses arguments that are out of their range. A NaN fails every comparison, so it is refused too.</summary>
internal static class ArgumentCheck
{
    /// <summary>Requires a condition.</summary>
    /// <param name="holds">The condition.</param>
    /// <param name="message">What is wrong, and what would be right.</param>
    /// <exception cref="ArgumentException">The condition does not hold.</exception>
    public static void Require([DoesNotReturnIf(false)] bool holds, string message)
    {
        if (!holds) throw new ArgumentException(message);
    }

    /// <summary>Requires a number within bounds.</summary>
    /// <param name="value">The number.</param>
    /// <param name="min">The minimum, itself allowed.</param>
    /// <param name="max">The maximum, itself allowed.</param>
    /// <param name="name">What the message calls it.</param>
    /// <exception cref="ArgumentException">The number is out of the bounds, or not a number.</exception>
    public static void RequireBetween(double value, double min, double max, string name) =>
        Require(value >= min && value <= max, FormattableString.Invariant($"{name} is {value}; expected {min} to {max}"));

    /// <summary>Requires a finite number of 0 or more.</summary>
    /// <param name="value">The number.</param>
    /// <param name="name">What the message calls it.</param>
    /// <exception cref="ArgumentException">It is negative, infinite or not a number.</exception>
    public static void RequireNotNegative(double value, string name) =>
        Require(value >= 0 && double.IsFinite(value), FormattableString.Invariant($"{name} is {value}; expected 0 or more"));
}
