#!/usr/bin/env python3
"""Trains MNIST classifiers 784-w-…-10 with l1 on all weights, as the networks of the figures were.

Usage: train_wide.py folder/with/mnist output.npz --widths 800,800 --l1 1e-4
                     [--epochs 12] [--seed 11]

A folder without the 60,000 training images, like fixtures/mnist, trains on the 10,000 test images
instead: good enough for networks whose cost is measured, and the accuracy then says nothing.

SGD with momentum 0.9, batch 128, learning rate 0.01 with two steps of 1/10 after half and three
quarters of the epochs; cross entropy plus l1 times the sum of the absolute weights. float32, one
or two minutes. The file has W0, b0, W1, … as Espalier reads them.
"""

import argparse
import gzip
import pathlib

import numpy as np


def images(folder, name):
    with gzip.open(pathlib.Path(folder) / name) as file:
        data = file.read()
    return np.frombuffer(data, np.uint8, offset=16).reshape(-1, 784).astype(np.float32) / 255


def labels(folder, name):
    with gzip.open(pathlib.Path(folder) / name) as file:
        return np.frombuffer(file.read(), np.uint8, offset=8)


def forward(x, layers):
    values = [x]
    for k, (w, b) in enumerate(layers):
        z = values[-1] @ w.T + b
        values.append(np.maximum(z, 0) if k + 1 < len(layers) else z)
    return values


def examples(folder):
    """The training images and labels, or those of the test where there are no others."""
    has_training = (pathlib.Path(folder) / "train-images-idx3-ubyte.gz").exists()
    kind = "train" if has_training else "t10k"
    return images(folder, f"{kind}-images-idx3-ubyte.gz"), labels(
        folder, f"{kind}-labels-idx1-ubyte.gz")


def train(x, y, widths, l1, epochs, seed, after_epoch=lambda epoch, layers: None):
    generator = np.random.default_rng(seed)
    sizes = [x.shape[1], *widths, 10]
    layers = [
        [(generator.standard_normal((o, i)) * np.sqrt(2 / i)).astype(np.float32),
         np.zeros(o, np.float32)] for i, o in zip(sizes, sizes[1:])]
    speeds = [[np.zeros_like(a) for a in layer] for layer in layers]
    for epoch in range(epochs):
        done = epoch / epochs
        rate = np.float32(0.01 * (1 if done < 0.5 else 0.1 if done < 0.75 else 0.01))
        order = generator.permutation(len(x))
        for start in range(0, len(x) - 127, 128):
            batch = order[start : start + 128]
            step(x[batch], y[batch], layers, speeds, np.float32(l1), rate)
        after_epoch(epoch, layers)
    return layers


def step(x, y, layers, speeds, l1, rate):
    """One step down the gradient of a batch, with momentum."""
    values = forward(x, layers)
    scores = np.exp(values[-1] - values[-1].max(1, keepdims=True))
    gradient = scores / scores.sum(1, keepdims=True)
    gradient[np.arange(len(x)), y] -= 1
    gradient /= len(x)
    for k in reversed(range(len(layers))):
        w, b = layers[k]
        dw = gradient.T @ values[k] + l1 * np.sign(w)
        db = gradient.sum(0)
        if k:
            gradient = (gradient @ w) * (values[k] > 0)
        for speed, part, change in zip(speeds[k], layers[k], (dw, db)):
            speed *= np.float32(0.9)
            speed += change
            part -= rate * speed


def save(path, layers):
    np.savez(path, **{
        f"{name}{k}": part for k, layer in enumerate(layers) for name, part in zip("Wb", layer)})


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("output")
    parser.add_argument("--widths", default="400,400")
    parser.add_argument("--l1", type=float, default=1e-4)
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--seed", type=int, default=11)
    arguments = parser.parse_args()
    x, y = examples(arguments.folder)
    tests = images(arguments.folder, "t10k-images-idx3-ubyte.gz")
    truth = labels(arguments.folder, "t10k-labels-idx1-ubyte.gz")

    def report(epoch, layers):
        share = (forward(tests, layers)[-1].argmax(1) == truth).mean()
        print(f"epoch {epoch + 1}: accuracy {share:.4f}", flush=True)

    widths = list(map(int, arguments.widths.split(",")))
    layers = train(x, y, widths, arguments.l1, arguments.epochs, arguments.seed, report)
    save(arguments.output, layers)


if __name__ == "__main__":
    main()
