internal import ArgumentParser

/// How bounds on the number of regions are found.
struct RegionBoundOptions: ParsableArguments {
  @Option(name: .long, help: "Inputs whose patterns are counted for the lower bound.")
  var samples = 1000

  @Option(name: .long, help: "Trials of the probabilistic lower bound; 0 for none.")
  var trials = 20

  @Option(name: .long, help: "The confidence of the probabilistic lower bound.")
  var confidence = 0.9

  func validate() throws {
    if !(0...100_000_000).contains(samples) {
      throw ValidationError("--samples: expected 0 to 100000000, found \(samples).")
    }
    if !(0...10_000).contains(trials) {
      throw ValidationError("--trials: expected 0 to 10000, found \(trials).")
    }
    if !(confidence > 0 && confidence < 1) {
      throw ValidationError("--confidence: expected a number between 0 and 1, found \(confidence).")
    }
  }
}
