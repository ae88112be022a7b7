internal import ArgumentParser
internal import Certificates
internal import Glibc
internal import ModelIO
internal import NeuralNetwork

/// The command `espalier-check`: no solver, no floating-point decision, no tolerance.
@main
struct EspalierCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "espalier-check",
    abstract: "Accepts or rejects a certificate by exact arithmetic alone.",
    discussion: """
      Exit statuses: 0 accepted; 1 rejected, naming the rule and the place; 64 wrong usage; \
      65 a model cannot be read; 74 a file cannot be read or written.
      """,
    version: "0.1.0")

  @Argument(help: ArgumentHelp("The certificate, in either form.", valueName: "cert.json"))
  var certificate: String

  @Argument(help: ArgumentHelp("The model that it speaks of.", valueName: "model"))
  var model: String

  @Argument(
    help: ArgumentHelp(
      "The model that was written, if the certificate has a pruning.", valueName: "small"))
  var small: String?

  @Option(name: .long, help: "Threads; 0 means one per core. The answer does not depend on it.")
  var jobs = 0

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  @Flag(name: [.short, .long], help: "Print nothing; the exit status says it.")
  var quiet = false

  func validate() throws {
    guard (0...256).contains(jobs) else {
      throw ValidationError("--jobs: expected 0 to 256 threads, found \(jobs)")
    }
  }

  func run() throws {
    do {
      let verdict = try check()
      if !quiet { try StandardOutput.write(json ? verdict.json : verdict.line) }
      if case .rejected = verdict { throw ExitCode(1) }
    } catch let error as ModelError {
      StandardOutput.printError("error: \(error)")
      throw ExitCode(error.isInputOutputError ? 74 : 65)
    } catch let error as OutputFile.WriteError {
      StandardOutput.printError("error: \(error)")
      throw ExitCode(74)
    }
  }

  private func check() throws(ModelError) -> CheckVerdict {
    let lines = try LineSource(path: certificate, maximumLineByteCount: Self.longestLine)
    let original = try Self.checkedModel(model)
    let result = try small.map(Self.checkedModel)
    let isInLines = try lines.peek(Certificate.lineMark.count).elementsEqual(Certificate.lineMark)
    return isInLines
      ? try check(lines, original, result) : try checkDocument(original, result)
  }

  /// Longer lines are refused by the checker; one byte more shows it that they are.
  private static let longestLine = Certificate.maximumLineByteCount + 1

  private func check(
    _ lines: LineSource, _ original: CheckedModel, _ result: CheckedModel?
  ) throws(ModelError) -> CheckVerdict {
    var checker = CertificateLineChecker(model: original, concurrency: concurrency)
    while true {
      let batch = try lines.nextLines()
      do throws(CheckFailure) {
        if batch.isEmpty { return .accepted(try checker.finish(result: result).summary) }
        try checker.take(batch)
      } catch {
        return .rejected(error)
      }
    }
  }

  private func checkDocument(
    _ original: CheckedModel, _ result: CheckedModel?
  ) throws(ModelError) -> CheckVerdict {
    let bytes = try InputFile.read(path: certificate)
    do throws(CheckFailure) {
      let certificate = try Certificate(decoding: bytes)
      let outcome = try CertificateChecker.check(
        certificate, model: original, result: result, concurrency: concurrency)
      return .accepted(outcome.summary)
    } catch {
      return .rejected(error)
    }
  }

  private var concurrency: Concurrency {
    Threads.concurrency(jobs > 0 ? jobs : max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))))
  }

  private static func checkedModel(_ path: String) throws(ModelError) -> CheckedModel {
    let imported = try ModelReader.read(path: path)
    return CheckedModel(
      files: imported.files, network: imported.network, outputMaps: imported.outputMaps,
      plainLayerCount: imported.plainLayerCount)
  }
}
