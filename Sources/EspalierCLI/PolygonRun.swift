internal import BigInt
internal import Espalier
internal import NeuralNetwork

/// `espalier regions --engine polygons`: two free inputs, cut polygon by polygon.
struct PolygonRun {
  private let run: RegionRun

  init(_ run: RegionRun) { self.run = run }

  /// Counts and reports; returns true if a limit ended the count.
  func report() throws -> Bool {
    let box = run.domain.box
    let free = box.lower.indices.filter { box.lower[$0] < box.upper[$0] }
    guard free.count == 2 else {
      throw UsageError("--engine polygons: expected two free inputs, found \(free.count)")
    }
    let slice = try InputSlice(inputs: free[0], free[1], at: box.lower)
    let watch = RegionLimits.Watch(run.command.limits, stop: run.stop)
    let subdivision = try PolygonSubdivision(
      network: run.imported.network, slice: slice, domain: run.domain, layerCount: run.layerCount,
      regionLimit: run.command.limits.maxRegions ?? .max, goesOn: { watch.goesOn(after: 0) })
    let counts = subdivision.countsAfterLayers.map { BigInt($0) }
    let isComplete = !subdivision.isCutShort
    let reason = isComplete ? .none : watch.reason == .none ? .regions : watch.reason
    let report = RegionReport([
      RegionReport.Row(
        symbol: "R2", name: "activation",
        counts: counts.map { (lower: $0, upper: $0) })
    ])
    try run.show(report, nil, reason)
    return !isComplete
  }
}
