namespace MicroExpNet.Detection;

/// <summary>Measures faces again whose boxes are roughly known, on a crop around each that is resized to the size the network sees
/// best.</summary>
/// <param name="network">The detector's network.</param>
/// <param name="verifier">Decides whether what was found is a face; null for none.</param>
internal sealed class FaceRefiner(DetectorNetwork network, FaceVerifier? verifier = null)
{
    // Logit of a refinement that finds no face; also the lowest a refinement gives.
    private const float MissedLogit = -2;

    // How much the verifier's logit counts beside the mean of the other three. Between 0.3 and 1 recall hardly changes.
    private const float VerifierWeight = 0.5f;

    // Taken off again, so that the default lowest score stays the best one.
    private const float VerifierOffset = 0.9f;

    // A candidate that search and first refinement together hold for less likely is not worth the mirrored one, and one that all three
    // hold for less likely on average is not worth the verifier's time.
    private const float MinMirroredSum = -1.5f;
    private const float MinVerifiedLogit = -0.7f;
    private const float RejectedLogit = -4;

    // 33 pixels measured best on the photos the detector was tuned with. With an IoU above a half it is the same face.
    private static readonly RefinementCrop Refinement = new(face: 33, side: 48, minOverlap: 0.5);

    // From one frame to the next a face may move by most of its side, so the crop is wide and any overlap will do.
    private static readonly RefinementCrop Tracking = new(face: 28, side: 72, minOverlap: 0);

    /// <summary>
    /// Refines all faces: the network sees the crop around each, and the crop's mirror image. A face takes the mean box and eyes of both
    /// and the mean of all three logits, to which half the verifier's is added. Where a refinement finds no face, its logit is low and its
    /// box does not count. With a verifier, what is unlikely after the first refinement is rejected at once.
    /// </summary>
    /// <param name="workspace">Holds the faces.</param>
    /// <param name="image">The grey image.</param>
    /// <param name="rejected">What earlier frames of a video rejected, and this one will; null where there is none.</param>
    /// <param name="clearLogit">The logit below which a face is clearly none, and <paramref name="rejected"/> remembers it.</param>
    public void Refine(DetectionWorkspace workspace, ImageView image, RejectedCandidates? rejected = null, float clearLogit = RejectedLogit)
    {
        foreach (ref Candidate face in workspace.Faces.Span)
        {
            FaceBox box = face.ToFace(image.Width, image.Height).Box;
            if (rejected is not null && rejected.TryFind(box, out int index, out FaceBox place))
            {
                Crop(workspace, image, place, Refinement);
                rejected.Look(workspace.Pyramid, workspace.Gain);
                if (rejected.IsAsBefore(index))
                {
                    face = face with { Logit = RejectedLogit };
                    continue;
                }
            }

            FaceBox crop = Crop(workspace, image, box, Refinement);
            rejected?.Look(workspace.Pyramid, workspace.Gain);
            face = Measure(workspace, image, face, box, crop);
            if (rejected is not null && face.Logit < clearLogit) rejected.Add(box);
        }
    }

    /// <summary>Finds a face near its last box, and measures it twice more where it was found, once mirrored.</summary>
    /// <param name="workspace">Memory for the search.</param>
    /// <param name="image">The grey image.</param>
    /// <param name="last">The last box, inside the image.</param>
    /// <param name="minLogit">The lowest logit of a face.</param>
    /// <param name="face">The face that overlaps the last box most.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryTrack(DetectionWorkspace workspace, ImageView image, FaceBox last, float minLogit, out Candidate face)
    {
        FaceBox crop = Crop(workspace, image, last, Tracking);
        if (!TryFind(workspace, image, last, crop, Tracking, isMirrored: false, minLogit, out face)) return false;
        FaceBox box = face.ToFace(image.Width, image.Height).Box;
        crop = Crop(workspace, image, box, Refinement);
        bool isFound = TryFind(workspace, image, box, crop, Refinement, isMirrored: false, MissedLogit, out Candidate refined);
        workspace.Pyramid.Mirror();
        bool isFoundMirrored = TryFind(workspace, image, box, crop, Refinement, isMirrored: true, MissedLogit, out Candidate mirrored);
        face = Place(face, isFound, refined, isFoundMirrored, mirrored) with { Logit = face.Logit };
        return true;
    }

    // Measures a candidate twice more on its crop, which the workspace's pyramid holds, and verifies it.
    private Candidate Measure(DetectionWorkspace workspace, ImageView image, in Candidate face, FaceBox box, FaceBox crop)
    {
        bool isFound = TryFind(workspace, image, box, crop, Refinement, isMirrored: false, MissedLogit, out Candidate refined);
        float sum = face.Logit + (isFound ? refined.Logit : MissedLogit);
        if (verifier is not null && sum < MinMirroredSum) return face with { Logit = RejectedLogit };

        workspace.Pyramid.Mirror();
        bool isFoundMirrored = TryFind(workspace, image, box, crop, Refinement, isMirrored: true, MissedLogit, out Candidate mirrored);
        float logit = (sum + (isFoundMirrored ? mirrored.Logit : MissedLogit)) / 3;
        Candidate place = Place(face, isFound, refined, isFoundMirrored, mirrored);
        if (verifier is not null)
        {
            float verified = logit < MinVerifiedLogit
                ? RejectedLogit
                : verifier.Verify(workspace, image, place.ToFace(image.Width, image.Height).Box);
            logit += (VerifierWeight * verified) - VerifierOffset;
        }

        return place with { Logit = logit };
    }

    // The mean of what both refinements found.
    private static Candidate Place(in Candidate face, bool isFound, in Candidate refined, bool isFoundMirrored, in Candidate mirrored) =>
        (isFound, isFoundMirrored) switch
        {
            (true, true) => refined.MeanWith(mirrored),
            (true, false) => refined,
            (false, true) => mirrored,
            _ => face,
        };

    // The square around a box as far as it lies in the image; the workspace's pyramid then holds its pixels.
    private static FaceBox Crop(DetectionWorkspace workspace, ImageView image, FaceBox box, in RefinementCrop crop)
    {
        int boxSide = Math.Max(box.Width, box.Height), side = Math.Max(crop.Side, (int)((long)crop.Side * boxSide / crop.Face));
        FaceBox square = new(box.X + ((box.Width - side) / 2), box.Y + ((box.Height - side) / 2), side, side);
        FaceBox seen = square.ClippedTo(image.Width, image.Height);
        workspace.Pyramid.Start(image.Slice(seen), (double)crop.Side / side);
        return seen;
    }

    // Runs the network once on the crop that the pyramid holds, and picks the face that overlaps the box most.
    private bool TryFind(
        DetectionWorkspace workspace, ImageView image, FaceBox box, FaceBox seen, in RefinementCrop crop, bool isMirrored, float minLogit,
        out Candidate face)
    {
        CandidateList nearby = workspace.Nearby;
        nearby.Clear();
        network.RunCrop(workspace, crop.Side, minLogit, seen, isMirrored, image, nearby);
        nearby.SuppressNonMaxima(minLogit);
        face = default;
        double highest = crop.MinOverlap;
        foreach (ref readonly Candidate candidate in nearby.Span)
        {
            double overlap = candidate.ToFace(image.Width, image.Height).Box.IntersectionOverUnion(box);
            if (overlap > highest) (highest, face) = (overlap, candidate);
        }

        return highest > crop.MinOverlap;
    }
}
