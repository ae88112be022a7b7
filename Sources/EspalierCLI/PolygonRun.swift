internal import BigInt
internal import Espalier
internal import ModelIO
internal import NeuralNetwork
internal import StrictJSON

/// `espalier regions --engine polygons`: two free inputs, cut polygon by polygon.
struct PolygonRun {
  private let run: RegionRun

  init(_ run: RegionRun) { self.run = run }

  /// Counts and reports; returns true if a limit ended the count.
  func report(asJSON: Bool) throws -> Bool {
    let box = run.domain.box
    let free = box.lower.indices.filter { box.lower[$0] < box.upper[$0] }
    guard free.count == 2 else {
      throw UsageError("--engine polygons: expected two free inputs, found \(free.count)")
    }
    let slice = try InputSlice(inputs: free[0], free[1], at: box.lower)
    let subdivision = try PolygonSubdivision(
      network: run.imported.network, slice: slice, domain: run.domain, layerCount: run.layerCount,
      regionLimit: run.command.limits.maxRegions ?? .max)
    let counts = subdivision.countsAfterLayers.map { BigInt($0) }
    let isComplete = !subdivision.isCutShort
    let report = RegionReport([
      RegionReport.Row(
        symbol: "R2", name: "activation",
        counts: counts.map { (lower: $0, upper: $0) })
    ])
    if asJSON {
      try StandardOutput.write(
        JSONWriter.write(run.json(report, nil, isComplete ? .none : .regions, 0)))
    } else {
      try Console.write([run.imported.files[0].name, ""] + report.table.lines)
    }
    return !isComplete
  }
}
