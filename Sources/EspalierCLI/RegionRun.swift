internal import ArgumentParser
internal import BigInt
internal import Certificates
internal import Espalier
internal import ModelIO
internal import NeuralNetwork
internal import StrictJSON

/// One run of `espalier regions`: model, domain, proved intervals, and then a count.
struct RegionRun {
  let command: RegionsCommand
  let imported: ImportedModel
  let domain: InputDomain
  let layerCount: Int
  let stability: StabilityResult
  let stop: StopSignals
  private let start: ContinuousClock.Instant

  /// Reads everything, and proves intervals.
  init(_ command: RegionsCommand) throws {
    self.command = command
    start = .now
    for path in [command.output, command.resume].compactMap(\.self) {
      guard !OutputFile.isSameFile(path, command.model) else {
        throw UsageError("the model would be overwritten; name another file than \(path)")
      }
    }
    stop = StopSignals(timeLimit: command.limits.timeLimit)
    (imported, domain) = try command.domain.read(command.model, command.verbosity)
    guard domain.ball == nil else { throw RegionFailure.ball }
    layerCount = try Self.layerCount(command.layers, of: imported.network)
    stability = try RegionIntervals(
      seed: command.seed, jobCount: Threads.count(asked: command.jobs), verbosity: command.verbosity
    ).prove(imported, domain, stop)
  }

  private static func layerCount(_ asked: Int?, of network: Network) throws -> Int {
    let count = network.layers.count
    guard let asked else { return max(1, (network.reluUnits.last?.layer ?? 0) + 1) }
    guard (1...count).contains(asked) else {
      throw UsageError("--layers: expected 1 to \(count), the layers of the model, found \(asked)")
    }
    return asked
  }

  /// The seconds since the start of the run.
  var seconds: Double { (ContinuousClock.now - start).seconds }

  // MARK: Counting

  /// Counts and reports; returns true if a limit ended the count.
  func report() throws -> Bool {
    if command.engine == .polygons { return try PolygonRun(self).report() }
    if command.definition == .all { return try reportAll() }
    let definition = RegionDefinition(rawValue: command.definition.rawValue) ?? .activation
    let watch = RegionLimits.Watch(command.limits, stop: stop)
    let results = try results(definition, watch)
    let row = row(definition, results)
    let isComplete = results.allSatisfy(\.isComplete)
    try show(RegionReport([row]), results.last, isComplete ? .none : watch.reason)
    return !isComplete
  }

  private func reportAll() throws -> Bool {
    let watch = RegionLimits.Watch(command.limits, stop: stop)
    var rows: [RegionReport.Row] = []
    var isComplete = true
    for definition in RegionDefinition.allCases where definition != .maps && isComplete {
      let results = try results(definition, watch)
      isComplete = results.allSatisfy(\.isComplete)
      rows.append(row(definition, results))
      guard definition == .pieces, isComplete else { continue }
      let maps = row(.maps, results)
      rows.insert(bracket("R3", "convex", from: rows[2], to: rows[1]), at: 2)
      rows.append(bracket("R5", "closed pieces", from: maps, to: rows[3]))
      rows.append(maps)
    }
    try show(RegionReport(rows), nil, isComplete ? .none : watch.reason)
    return !isComplete
  }

  /// One result per number of layers where maps matter; else one for all.
  private func results(
    _ definition: RegionDefinition, _ watch: RegionLimits.Watch
  ) throws -> [RegionResult] {
    switch definition {
    case .activation, .patterns: return [try count(definition, layerCount, watch)]
    case .pieces, .maps:
      var results: [RegionResult] = []
      for k in 1...layerCount {
        results.append(try count(definition, k, watch))
        if results.last?.isComplete != true { break }
      }
      return results
    }
  }

  private func count(
    _ definition: RegionDefinition, _ layerCount: Int, _ watch: RegionLimits.Watch
  ) throws -> RegionResult {
    let options = RegionOptions(
      engine: command.engine.regionEngine ?? .automatic, definition: definition,
      layerCount: layerCount, hasProof: command.output != nil)
    let counter = try RegionCounter(
      proved: stability.proved, options: options,
      concurrency: Threads.concurrency(Threads.count(asked: command.jobs)))
    watch.beginCount()
    // Intervals that a limit cut short are not those of the next run.
    let journal = try stop.reason() == nil ? openJournal(options) : nil
    let sink = try RegionSink(self, layerCount: layerCount)
    let line = RegionProgressLine(isShown: command.verbosity.showsProgress, watch: watch)
    defer { line.clear() }
    let result = try counter.run(
      known: journal?.known ?? [:],
      onPiece: {
        journal?.take($0)
        if journal?.failure != nil { watch.end() }
      }, onNodes: { sink?.take($0) },
      onProgress: { line.show($0) },
      goesOn: { count in
        line.tick()
        return watch.goesOn(after: count)
      })
    if let failure = journal?.failure { throw failure }
    if result.isComplete {
      try sink?.finish(counts: result.parts.map(\.counts))
      journal?.remove()
    }
    return result
  }

  private func openJournal(_ options: RegionOptions) throws -> RegionJournal? {
    try command.resume.map {
      try RegionJournal(path: $0, proved: stability.proved, options: options)
    }
  }

  // MARK: Results

  private func row(_ definition: RegionDefinition, _ results: [RegionResult]) -> RegionReport.Row {
    var counts: [(lower: BigInt, upper: BigInt?)] = []
    switch definition {
    case .activation, .patterns:
      for result in results.suffix(1) {
        counts = result.totals.map { (lower: $0, upper: result.isComplete ? $0 : nil) }
        if !result.isComplete, definition == .activation {
          counts[counts.count - 1].upper = result.upperBound
        }
      }
    case .pieces, .maps:
      counts = results.map { result in
        let count = (definition == .maps ? result.mapCount : result.pieceCount).map { BigInt($0) }
        return (lower: count ?? 1, upper: count)
      }
    }
    return RegionReport.Row(
      symbol: definition.symbol, name: definition.rawValue, counts: counts)
  }

  private func bracket(
    _ symbol: String, _ name: String, from lower: RegionReport.Row, to upper: RegionReport.Row
  ) -> RegionReport.Row {
    RegionReport.Row(
      symbol: symbol, name: name,
      counts: zip(lower.counts, upper.counts).map { ($0.lower, $1.upper) })
  }

  /// Writes the report.
  ///
  /// - Parameter result: What the region tree says, if there is one.
  func show(
    _ report: RegionReport, _ result: RegionResult?, _ reason: RegionLimits.Reason
  ) throws {
    if command.json {
      try StandardOutput.write(JSONWriter.write(json(report, result, reason)))
    } else {
      try Console.write(headLines(result) + [""] + report.table.lines + tail(reason))
    }
    if reason != .none {
      command.verbosity.note(
        "note: \(reason.text) ended the count; what is found is a lower bound."
          + (command.resume.map { " The same command goes on from \($0)." } ?? "")
          + (command.output == nil ? "" : " No certificate was written."))
    } else if command.output == nil, !command.noProof, command.definition == .activation {
      command.verbosity.note("note: no certificate was written; -o cert.jsonl writes one.")
    }
  }
}
