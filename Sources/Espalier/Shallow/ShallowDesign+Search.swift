public import Certificates
internal import ExactArithmetic
internal import NeuralNetwork

extension ShallowDesign {
  /// Finds the patterns and makes their blocks.
  ///
  /// - Parameters:
  ///   - proved: The intervals of all layers.
  ///   - parameterLimit: The most parameters that the network may have.
  ///   - goesOn: Told now and then how many regions were found since; says whether to go on.
  ///   - stopReason: What made `goesOn` say no.
  /// - Throws: `ShallowFailure`.
  public init(
    proved: ProofState, patterns: ShallowPatterns, parameterLimit: Int,
    concurrency: Concurrency = .serial, goesOn: @escaping @Sendable (Int) -> Bool = { _ in true },
    stopReason: () -> String = { "a limit" }
  ) throws(ShallowFailure) {
    guard proved.domain.ball == nil else { throw .ball }
    guard proved.domain.hasInside else { throw .thinDomain }
    let network = proved.network.network
    let layerCount = max(1, (network.reluUnits.last?.layer ?? 0) + 1)
    let maps = RegionMaps(proved, layerCount: layerCount)
    let phases: [[UnitPhase]]
    switch patterns {
    case .regions:
      let result = try Self.count(proved, layerCount, concurrency, goesOn)
      guard result.isComplete else {
        let count = result.parts.first?.counts.last ?? 0
        throw .unfinished(foundCount: count, reason: stopReason())
      }
      phases = result.parts.first?.patterns ?? [[]]
    case .all:
      let counts = network.layers.indices.map { k in maps.units.count { $0.layer == k } }
      let size = ShallowSize.formula(
        inputs: network.inputCount, openCounts: counts, outputs: network.outputCount)
      try size.check(parameterLimit)
      phases = Self.allPhases(maps.units.count)
    }
    let top = network.layers.count - 1
    let floors = zip(proved.intervals[top], network.layers[top].activations).map {
      $1 == .relu ? max($0.lower, .zero) : $0.lower
    }
    self.init(maps, patterns: patterns, phases: phases, outputFloors: floors)
    try size.check(parameterLimit)
  }

  private static func count(
    _ proved: ProofState, _ layerCount: Int, _ concurrency: Concurrency,
    _ goesOn: @escaping @Sendable (Int) -> Bool
  ) throws(ShallowFailure) -> RegionResult {
    var options = RegionOptions(layerCount: layerCount, hasProof: false)
    options.keepsPatterns = true
    do throws(RegionFailure) {
      return try RegionCounter(proved: proved, options: options, concurrency: concurrency)
        .run(goesOn: goesOn)
    } catch {
      preconditionFailure("a count without a certificate failed: \(error)")
    }
  }

  /// Every pattern, units of later layers changing first.
  private static func allPhases(_ count: Int) -> [[UnitPhase]] {
    (0..<1 << count).map { bits in
      (0..<count).map { bits >> (count - 1 - $0) & 1 == 1 ? .cutOn : .cutOff }
    }
  }
}

extension ShallowSize {
  /// - Throws: `ShallowFailure.tooLarge` for more parameters than allowed.
  func check(_ limit: Int) throws(ShallowFailure) {
    guard let parameterCount, parameterCount <= limit else {
      throw .tooLarge(self, limit: limit)
    }
  }
}
