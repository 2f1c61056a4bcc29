#!/usr/bin/env python3
"""Trains microexpnet-3's four teachers on a GPU and writes the mean of their logits, microexpnet-3-teachers.csv.

Needs PyTorch 2, NumPy and Pillow; six minutes on one NVIDIA H200. A GPU's sums have no fixed order, so another run gives other bits.
What the recipe of the model reads is therefore kept beside this file, as microexpnet-3-teachers.csv.gz.

usage: microexpnet-3-teachers.py FOLDER OUTPUT.csv [SECONDS]
FOLDER holds ferplus-train.zip, ferplus-valid.zip (FER2013's faces in FER+'s official layout) and wild-train.zip (faces in a folder for
each class); SECONDS is the time each teacher is trained for, 76 if absent.
"""

import csv
import io
import math
import sys
import time
import zipfile

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn

LABELS = ["neutral", "anger", "contempt", "disgust", "fear", "happy", "sadness", "surprise"]
FER_COLUMNS = ["neutral", "happy", "surprise", "sadness", "anger", "disgust", "fear", "contempt"]
SIZE = 48
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


def read_image(archive, name):
    image = np.array(Image.open(io.BytesIO(archive.read(name))).convert("L"))
    assert image.shape == (SIZE, SIZE), f"{name}: {image.shape}; expected {SIZE}x{SIZE}"
    return image


def read_ferplus(path, part, majority):
    """Faces, shares of the votes [faces, 8] and names. Single votes are dropped, as FER+'s authors do."""
    faces, votes, names = [], [], []
    with zipfile.ZipFile(path) as archive, archive.open(f"{part}/label.csv") as table:
        for row in csv.reader(io.TextIOWrapper(table)):
            if len(row) != 12 or not row[2].isdigit():
                continue
            counts = np.array([int(value) for value in row[2:]])
            counts[counts <= 1] = 0
            own = counts[:8]
            if own.sum() == 0 or (majority and own.max() * 2 <= counts.sum()):
                continue
            shares = np.zeros(8, np.float32)
            shares[[LABELS.index(column) for column in FER_COLUMNS]] = own / own.sum()
            names.append(f"{part}/{row[0]}")
            faces.append(read_image(archive, names[-1]))
            votes.append(shares)
    return np.stack(faces), np.stack(votes), names


def read_folders(path):
    faces, votes, names = [], [], []
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if not name.endswith(".png"):
                continue
            names.append(name)
            faces.append(read_image(archive, name))
            votes.append(np.eye(8, dtype=np.float32)[LABELS.index(name.split("/")[0])])
    return np.stack(faces), np.stack(votes), names


def uniform(*shape):
    return torch.rand(*shape, device=DEVICE)


def signed(*shape):
    return uniform(*shape) * 2 - 1


def warp(x, rotation=12, low=0.85, high=1.2, shift=0.08):
    """Mirrors every second face, and rotates, scales and shifts all."""
    n = len(x)
    angle = signed(n) * rotation * math.pi / 180
    scale = torch.exp(math.log(low) + uniform(n) * (math.log(high) - math.log(low)))
    aspect = torch.exp(signed(n) * 0.06)
    mirror = torch.where(uniform(n) < 0.5, -1.0, 1.0)
    cos, sin, sx, sy = torch.cos(angle), torch.sin(angle), 1 / (scale * aspect), aspect / scale
    rows = [[cos * sx * mirror, -sin * sy, signed(n) * 2 * shift], [sin * sx * mirror, cos * sy, signed(n) * 2 * shift]]
    matrix = torch.stack([torch.stack(row, 1) for row in rows], 1)
    grid = F.affine_grid(matrix, (n, 1, SIZE, SIZE), align_corners=False)
    return F.grid_sample(x, grid, padding_mode="border", align_corners=False)


def relight(x, brightness=0.15, contrast=0.25, gamma=0.35):
    n = len(x)
    mean = x.mean((1, 2, 3), keepdim=True)
    x = (x - mean) * (1 + signed(n, 1, 1, 1) * contrast) + mean + signed(n, 1, 1, 1) * brightness * 255
    return 255 * (x / 255).clamp(1e-4, 1) ** torch.exp(signed(n, 1, 1, 1) * gamma)


def erase(x, probability, low=0.03, high=0.2):
    """Fills a rectangle with one grey value (Zhong et al., 2020)."""
    n = len(x)
    area, ratio = (low + uniform(n) * (high - low)) * SIZE * SIZE, torch.exp(signed(n) * 0.9)
    height, width = (area * ratio).sqrt() / 2, (area / ratio).sqrt() / 2
    axis = torch.arange(SIZE, device=DEVICE)
    rows = (axis[None] - uniform(n, 1) * SIZE).abs() < height[:, None]
    columns = (axis[None] - uniform(n, 1) * SIZE).abs() < width[:, None]
    chosen = uniform(n) < probability
    covered = rows[:, None, :, None] & columns[:, None, None] & chosen[:, None, None, None]
    return torch.where(covered, uniform(n, 1, 1, 1) * 255, x)


def mixup(x, target, alpha):
    """Blends pairs of faces and their labels (Zhang et al., 2018)."""
    other = torch.randperm(len(x), device=DEVICE)
    share = torch.distributions.Beta(alpha, alpha).sample((len(x),)).to(DEVICE)
    share = torch.maximum(share, 1 - share)
    pixels = share[:, None, None, None]
    return pixels * x + (1 - pixels) * x[other], share[:, None] * target + (1 - share)[:, None] * target[other]


def level(x):
    """Brings each face's mean to 0 and its deviation to 1; contrast grows eightfold at most."""
    mean, deviation = x.mean((1, 2, 3), keepdim=True), x.std((1, 2, 3), keepdim=True, unbiased=False)
    return (x - mean) / deviation.clamp(min=58 / 8)


class Block(nn.Module):
    """A residual block of two 3x3 convolutions, left out at random (Huang et al., 2016)."""

    def __init__(self, inputs, outputs, stride, drop):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(),
            nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs))
        self.shortcut = nn.Identity()
        if inputs != outputs or stride != 1:
            self.shortcut = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))
        self.drop = drop

    def forward(self, x):
        y = self.body(x)
        if self.training and self.drop:
            y = y * ((uniform(len(y), 1, 1, 1) > self.drop).to(y.dtype) / (1 - self.drop))
        return F.relu(y + self.shortcut(x))


class Residual(nn.Module):
    """Stages of two residual blocks; reads 48x48."""

    def __init__(self, widths=(64, 128, 256, 512), blocks=2, drop=0.1, dropout=0.3):
        super().__init__()
        layers = [nn.Conv2d(1, widths[0], 3, 1, 1, bias=False), nn.BatchNorm2d(widths[0]), nn.ReLU()]
        inputs, count = widths[0], len(widths) * blocks
        for i in range(count):
            width = widths[i // blocks]
            layers.append(Block(inputs, width, 2 if i % blocks == 0 and i > 0 else 1, drop * i / (count - 1)))
            inputs = width
        self.features, self.head = nn.Sequential(*layers), nn.Sequential(nn.Dropout(dropout), nn.Linear(inputs, 8))
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x):
        return self.head(self.features(x).mean((2, 3)))


class Vgg13(nn.Module):
    """The network of FER+'s authors (Barsoum et al., 2016) with batch normalisation; reads 64x64."""

    def __init__(self):
        super().__init__()
        layers, inputs = [], 1
        for width, count in ((64, 2), (128, 2), (256, 3), (384, 3)):
            for _ in range(count):
                layers += [nn.Conv2d(inputs, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
                inputs = width
            layers += [nn.MaxPool2d(2), nn.Dropout2d(0.1)]
        self.features = nn.Sequential(*layers)
        self.head = nn.Sequential(nn.Dropout(0.4), nn.Linear(2 * inputs, 512), nn.ReLU(), nn.Dropout(0.4), nn.Linear(512, 8))

    def forward(self, x):
        x = self.features(F.interpolate(x, size=(64, 64), mode="bicubic", align_corners=False))
        return self.head(torch.cat([x.mean((2, 3)), x.amax((2, 3))], 1))


class Average:
    """A moving average of a network's weights."""

    def __init__(self, network, decay=0.9985):
        self.decay, self.steps = decay, 0
        self.values = {key: value.detach().clone().float() for key, value in network.state_dict().items()}

    def add(self, network):
        self.steps += 1
        decay, state = min(self.decay, (1 + self.steps) / (10 + self.steps)), network.state_dict()
        keys = [key for key, value in state.items() if value.dtype.is_floating_point]
        mean = [self.values[key] for key in keys]
        torch._foreach_mul_(mean, decay)
        torch._foreach_add_(mean, [state[key].float() for key in keys], alpha=1 - decay)

    def copy_to(self, network):
        network.load_state_dict({key: self.values[key].to(value.dtype) for key, value in network.state_dict().items()})


def autocast():
    return torch.autocast(DEVICE, dtype=torch.bfloat16, enabled=DEVICE == "cuda")


def train(network, faces, votes, seconds, rate, erasing, mix, seed, batch=256, decay=5e-4, smoothing=0.05):
    """Nesterov's momentum with one cosine over the time; the loss is the cross-entropy with the votes' shares."""
    torch.manual_seed(seed)
    network = network.to(DEVICE, memory_format=torch.channels_last if DEVICE == "cuda" else torch.preserve_format)
    average = Average(network)
    groups = [{"params": [p for p in network.parameters() if p.ndim > 1], "weight_decay": decay},
              {"params": [p for p in network.parameters() if p.ndim <= 1], "weight_decay": 0}]
    optimizer = torch.optim.SGD(groups, lr=rate, momentum=0.9, nesterov=True)
    targets = votes * (1 - smoothing) + smoothing * votes.mean(0)
    start, steps, position = time.time(), 0, len(faces)
    while (progress := (time.time() - start) / seconds) < 1:
        current = rate * (progress / 0.08 if progress < 0.08 else 0.5 * (1 + math.cos(math.pi * (progress - 0.08) / 0.92)))
        for group in optimizer.param_groups:
            group["lr"] = max(current, 1e-5)
        if position + batch > len(faces):
            order, position = torch.randperm(len(faces), device=DEVICE), 0
        chosen = order[position:position + batch]
        position += batch
        network.train()
        x, target = erase(relight(warp(faces[chosen, None].float())), erasing), targets[chosen]
        if mix:
            x, target = mixup(x, target, mix)
        with autocast():
            logits = network(level(x))
        loss = -(target * logits.float().log_softmax(1)).sum(1).mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        average.add(network)
        steps += 1
        if steps % 50 == 0:
            loss.item()  # waits for the GPU, so that the clock is its own
    print(f"{steps * batch / len(faces):.0f} epochs, loss {loss.item():.3f}", flush=True)
    average.copy_to(network)
    return network.eval()


@torch.no_grad()
def evaluate(network, faces):
    """The mean of the logits over each face and its mirror image."""
    parts = []
    for part in faces.split(2048):
        x = level(part[:, None].float())
        with autocast():
            parts.append((network(x).float() + network(x.flip(3)).float()) / 2)
    return torch.cat(parts)


def main():
    folder, output = sys.argv[1:3]
    seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 76
    torch.backends.cudnn.benchmark = True
    ferplus, wild = read_ferplus(f"{folder}/ferplus-train.zip", "FER2013Train", False), read_folders(f"{folder}/wild-train.zip")
    names = ferplus[2] + wild[2]
    faces, votes = (torch.tensor(np.concatenate(pair)).to(DEVICE) for pair in zip(ferplus[:2], wild[:2]))
    valid = read_ferplus(f"{folder}/ferplus-valid.zip", "FER2013Valid", True)
    valid_faces, answers = torch.tensor(valid[0]).to(DEVICE), torch.tensor(valid[1].argmax(1)).to(DEVICE)

    teachers = [(Residual, {"rate": 0.12, "erasing": 0.3, "mix": 0.2, "seed": 1}),
                (Vgg13, {"rate": 0.06, "erasing": 0.4, "mix": 0, "seed": 3}),
                (Vgg13, {"rate": 0.06, "erasing": 0.4, "mix": 0.2, "seed": 8}),
                (lambda: Residual(dropout=0.4), {"rate": 0.12, "erasing": 0.4, "mix": 0, "seed": 9})]
    logits, valid_logits = 0, 0
    for make, options in teachers:
        torch.manual_seed(options["seed"])
        network = train(make(), faces, votes, seconds, **options)
        logits, own = logits + evaluate(network, faces) / len(teachers), evaluate(network, valid_faces)
        valid_logits = valid_logits + own
        scores = [(value.argmax(1) == answers).float().mean().item() for value in (own, valid_logits)]
        print(f"accuracy {scores[0]:.1%}, of the mean so far {scores[1]:.1%}", flush=True)

    with open(output, "w", encoding="utf-8") as file:
        file.write(f"name,{','.join(LABELS)}\n")
        for name, row in zip(names, logits.tolist()):
            file.write(f"{name},{','.join(f'{value + 0.0:.2f}' for value in row)}\n")


if __name__ == "__main__":
    main()
