internal import BigInt
internal import CBCBackend
internal import Certificates
internal import Espalier
internal import ModelIO
internal import StrictJSON

/// `espalier regions --bounds`: what is known of the number of regions without counting them.
struct RegionBoundRun {
  private struct Line {
    let kind: String
    let name: String
    let value: BigInt
  }

  private let run: RegionRun
  private let options: RegionBoundOptions
  private let seed: UInt64

  init(_ run: RegionRun, _ options: RegionBoundOptions, seed: UInt64) {
    self.run = run
    self.options = options
    self.seed = seed
  }

  /// Prints all bounds; returns true if a limit ended the trials.
  func report(asJSON: Bool) throws -> Bool {
    let proved = run.stability.proved
    let member = run.stability.member.map { run.stability.points[$0] }
    let bounds = RegionBounds(
      network: run.imported.network, domain: run.domain, layerCount: run.layerCount,
      proved: proved)
    var lines = RegionBoundName.allCases.compactMap { name in
      bounds[name].map { Line(kind: "at most", name: name.rawValue, value: $0) }
    }
    var generator = SeededGenerator(seed: seed)
    var sampled = SampledRegions(
      proved: proved, layerCount: run.layerCount, member: member)
    sampled.sample(count: options.samples, using: &generator)
    lines.append(
      Line(kind: "at least", name: "samples", value: BigInt(max(1, sampled.regions.count))))
    var wasStopped = false
    if options.trials > 0 {
      let trials = ParityTrials(
        proved: proved, layerCount: run.layerCount, member: member,
        options: ParityOptions(trialCount: options.trials), solver: CBCSolver(),
        stopReason: { run.stop.reason() })
      let result = ChildRun.withoutOutput {
        trials.run(known: sampled.regions, using: &generator)
      }
      wasStopped = result.limit != nil
      if let bound = result.bound(confidence: options.confidence) {
        lines.append(
          Line(
            kind: "at least", name: "parities, with \(options.confidence) confidence",
            value: BigInt(1) << bound.exponent))
      }
    }
    try show(lines, asJSON: asJSON)
    return wasStopped
  }

  private func show(_ lines: [Line], asJSON: Bool) throws {
    guard asJSON else {
      var table = TextTable([("bound", .left), ("by", .left), ("regions", .right)])
      for line in lines { table.add([line.kind, line.name, Self.short(line.value)]) }
      try Console.write([run.headLines(nil)[0], ""] + table.lines)
      return
    }
    let bounds = lines.map { line in
      JSONValue.members(
        ("kind", .string(line.kind == "at most" ? "upper" : "lower")), ("name", .string(line.name)),
        ("regions", .string(String(line.value))))
    }
    try StandardOutput.write(
      JSONWriter.write(
        .members(
          ("format", .string("espalier-region-bounds/1")),
          ("model", .string(run.imported.files[0].name)),
          ("networkDigest", .string(run.imported.network.digest)), ("domain", run.domain.json),
          ("layers", .integer(run.layerCount)), ("bounds", .array(bounds)),
          ("seed", .number(String(seed))))))
  }

  /// All digits of a number, or the first ones and how many there are.
  private static func short(_ value: BigInt) -> String {
    let digits = String(value)
    return digits.count <= 24 ? digits : "\(digits.prefix(12))… (\(digits.count) digits)"
  }
}
