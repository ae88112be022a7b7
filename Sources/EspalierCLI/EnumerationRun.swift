internal import BigInt
internal import CBCBackend
internal import Espalier
internal import ModelIO
internal import StrictJSON

/// `espalier regions --engine enumeration`: region after region from CBC, with no-good cuts.
struct EnumerationRun {
  private let run: RegionRun

  init(_ run: RegionRun) { self.run = run }

  /// Counts and reports; returns true if the count is not claimed to be complete.
  func report(asJSON: Bool) throws -> Bool {
    // On a thin domain a unit may vanish whose form does not, and its pattern would be refuted.
    guard run.domain.hasInside else { throw RegionFailure.thinDomain }
    let result = ChildRun.withoutOutput {
      RegionEnumeration(
        proved: run.stability.proved, layerCount: run.layerCount,
        member: run.stability.member.map { run.stability.points[$0] },
        options: RegionEnumerationOptions(regionLimit: run.command.limits.maxRegions),
        solver: CBCSolver(),
        stopReason: { run.stop.reason() }
      ).run()
    }
    let found = BigInt(result.foundCount)
    let bounds = RegionBounds(
      network: run.imported.network, domain: run.domain, layerCount: run.layerCount,
      proved: run.stability.proved)
    // What CBC finds are patterns of all open units: of the layers before it says nothing.
    let before = Array(
      repeating: (lower: BigInt(1), upper: BigInt?.none), count: run.layerCount - 1)
    let last = (lower: found, upper: result.claimsComplete ? found : bounds.smallest)
    let report = RegionReport([
      RegionReport.Row(symbol: "R2", name: "activation", counts: before + [last])
    ])
    let reason: RegionLimits.Reason = result.end == .regionLimit ? .regions : .none
    if asJSON {
      try StandardOutput.write(JSONWriter.write(run.json(report, nil, reason)))
    } else {
      let claim =
        result.claimsComplete
        ? "complete, as CBC claims (not proved)" : "not complete: \(Self.text(result.end))"
      try Console.write([
        "\(run.imported.files[0].name): \(found) regions found, each with an exact point; \(claim); "
          + "\(result.solveCount) programs, \(result.unconfirmedCount) unconfirmed patterns"
      ])
    }
    return !result.claimsComplete
  }

  private static func text(_ end: RegionEnumerationResult.End) -> String {
    switch end {
    case .claimedComplete: "patterns are left that nobody confirmed"
    case .regionLimit: "--max-regions"
    case .limit: "a limit or a signal"
    case .unfit: "the numbers of the network are not fit for CBC"
    case .failed(let error): "CBC failed: \(error)"
    }
  }
}
