internal import Certificates
internal import Espalier
internal import ModelIO
internal import NeuralNetwork

/// The search for verdicts on one model and domain, with progress and limits.
struct StabilityRun {
  let model: ImportedModel
  let domain: InputDomain
  let search: SearchOptions
  let verbosity: VerbosityOptions
  /// The file that takes steps as they are found; nil if they are kept.
  var lines: CertificateFile?

  /// The producer that certificates name.
  static let producer = "espalier \(EspalierCommand.version)"

  /// Searches until all is decided or something says stop.
  func result(_ stop: StopSignals) throws -> StabilityResult {
    let progress = ProgressLine(isShown: verbosity.showsProgress)
    defer { progress.clear() }
    var analysis = try StabilityAnalysis(
      network: model.network, domain: domain, options: try search.analysisOptions,
      decider: try UnitDeciders.make(
        model.network, domain, jobCount: search.jobCount, usesWorkers: try search.needsWorkers,
        workerProgram: search.workerProgram, verbosity: verbosity),
      samples: try search.readSamples(inputCount: model.network.inputCount),
      plainLayerCount: model.plainLayerCount, onProgress: { progress.show($0) },
      onBoxes: lines.map { file in { file.take($0) } },
      onStep: lines.map { file in { file.take($0) } },
      concurrency: Threads.concurrency(search.jobCount),
      secondsLeft: { stop.remainingSeconds },
      stopReason: {
        progress.tick()
        return lines?.failure == nil ? stop.reason() : .caller
      })
    let result = analysis.run()
    progress.clear()
    verbosity.detail(
      "note: \(result.boxes?.boxCount ?? 0) boxes, \(result.stepCount) steps and \(result.points.count) points in the certificate; "
        + "seed \(search.seed), \(search.jobCount) worker processes, engines \(search.engine)")
    return result
  }

  /// Ends with the status of a limit if units are undecided.
  static func reportLimit(undecidedCount: Int, _ verbosity: VerbosityOptions) throws {
    guard undecidedCount > 0 else { return }
    let units = undecidedCount == 1 ? "1 unit is" : "\(undecidedCount) units are"
    verbosity.note("note: \(units) undecided: a limit was met, or engines were left out.")
    throw ExitStatus.limitMet
  }
}
