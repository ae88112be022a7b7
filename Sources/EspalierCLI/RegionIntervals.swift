internal import Espalier
internal import ModelIO
internal import NeuralNetwork

/// Proves intervals of all units before regions are searched: units with a sign cut nothing.
struct RegionIntervals {
  /// With at most so many free inputs, units that bounds leave open cost the search next to nothing.
  private static let fewInputs = RegionOptions.faceDimension
  /// The nodes that a unit query may take.
  private static let queryNodes = 200

  let seed: UInt64
  let jobCount: Int
  let verbosity: VerbosityOptions

  /// The intervals, as tight as a short search makes them.
  func prove(
    _ imported: ImportedModel, _ domain: InputDomain, _ stop: StopSignals
  ) throws -> StabilityResult {
    let freeCount = zip(domain.box.lower, domain.box.upper).count { $0 < $1 }
    let isSmall = freeCount <= Self.fewInputs
    let progress = ProgressLine(isShown: verbosity.showsProgress)
    defer { progress.clear() }
    var analysis = try StabilityAnalysis(
      network: imported.network, domain: domain,
      options: AnalysisOptions(
        engines: isSmall ? [.samples, .bounds] : [.samples, .bounds, .tree], seed: seed,
        nodeLimit: Self.queryNodes),
      decider: try UnitDeciders.make(
        imported.network, domain, jobCount: jobCount, usesWorkers: !isSmall,
        workerProgram: nil, verbosity: verbosity),
      plainLayerCount: imported.plainLayerCount, onProgress: { progress.show($0) },
      stopReason: {
        progress.tick()
        return stop.reason()
      })
    return analysis.run()
  }
}
