namespace MicroExpNet.Training.DataSets;

/// <summary>Refuses data sets, made by hand, whose parts do not fit together.</summary>
internal static class FaceDataSetCheck
{
    /// <summary>Requires that every face has an image, a label among the classes, and a soft label of as many classes or none.</summary>
    /// <param name="data">The data set.</param>
    /// <exception cref="ArgumentNullException">There is no data set.</exception>
    /// <exception cref="ArgumentException">A part is missing or does not fit. The message names the data set and the face.</exception>
    public static void RequireConsistent(this FaceDataSet data)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentCheck.Require(!data.Labels.IsDefaultOrEmpty, $"{data.Name}: no classes");
        ArgumentCheck.Require(!data.Samples.IsDefault, $"{data.Name}: no faces");
        int classes = data.Labels.Length;
        for (int i = 0; i < data.Samples.Length; i++)
        {
            FaceSample sample = data.Samples[i];
            ArgumentCheck.Require(sample?.Image is not null, $"{data.Name}: face {i} has no image");
            string name = $"{data.Name}: face '{sample!.Name}'";
            ArgumentCheck.Require(sample.Name is not null, $"{data.Name}: face {i} has no name");
            ArgumentCheck.Require((uint)sample.Label < (uint)classes, $"{name} has the label {sample.Label}; expected 0 to {classes - 1}");
            if (sample.SoftLabel.IsDefaultOrEmpty) continue;
            ArgumentCheck.Require(
                sample.SoftLabel.Length == classes, $"{name} has a soft label of {sample.SoftLabel.Length} classes; expected {classes}");
            ArgumentCheck.Require(
                sample.SoftLabel.All(share => share >= 0 && float.IsFinite(share)),
                    $"{name} has a soft label that is not a number of 0 or more");
        }
    }
}
