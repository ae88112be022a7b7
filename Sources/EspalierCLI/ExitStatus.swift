internal import ArgumentParser
internal import Certificates
internal import Espalier
internal import ModelIO
internal import NeuralNetwork

/// The exit statuses of both programs.
enum ExitStatus {
  /// The answer to a question is no.
  static let no: Int32 = 1
  /// A limit was met; what is proved is written.
  static let limit: Int32 = 2
  /// Wrong usage.
  static let usage: Int32 = 64
  /// A file or a domain is not usable.
  static let badData: Int32 = 65
  /// A solver ended its process.
  static let solver: Int32 = 70
  /// A file cannot be read or written.
  static let inputOutput: Int32 = 74

  /// Ends a command because a limit was met.
  static var limitMet: ExitCode { ExitCode(limit) }

  /// Runs a command's work and turns its errors into one line and an exit status.
  static func catching(_ work: () throws -> Void) throws {
    do {
      try work()
    } catch let error as ModelError {
      throw fail(error.description, error.isInputOutputError ? inputOutput : badData)
    } catch let error as OutputFile.WriteError {
      throw fail(error.description, inputOutput)
    } catch let error as DomainError {
      throw fail(error.description, badData)
    } catch let error as AnalysisError {
      throw fail(error.description, badData)
    } catch let error as RegionFailure {
      let isUsage = if case .noFaces = error { true } else { false }
      throw fail(error.description, isUsage ? usage : badData)
    } catch let error as RemovalFailure {
      let isUsage = if case .refused = error { false } else { true }
      throw fail(error.description, isUsage ? usage : badData)
    } catch let error as ShallowFailure {
      throw fail(error.description, error.isLimit ? limit : badData)
    } catch let error as SliceError {
      throw fail(error.description, error.isWrongUsage ? usage : badData)
    } catch let error as CheckFailure {
      let claim = error.rule == .syntax ? "this is no certificate" : "the certificate does not hold"
      throw fail("\(claim): \(error)", badData)
    } catch let error as UsageError {
      throw fail(error.description, usage)
    }
  }

  private static func fail(_ message: String, _ status: Int32) -> ExitCode {
    StandardOutput.printError("error: \(message)")
    return ExitCode(status)
  }
}

/// Options that do not go together.
struct UsageError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
