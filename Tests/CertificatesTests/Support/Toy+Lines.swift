import Certificates
import NeuralNetwork

extension Toy {
  /// The lines of the certificate, without their line feeds.
  var textLines: [String] { Self.textLines(of: certificate) }

  static func textLines(of certificate: Certificate) -> [String] {
    var lines: [String] = []
    certificate.forEachLine { lines.append(String(decoding: $0.dropLast(), as: UTF8.self)) }
    return lines
  }

  /// The rule that lines break, or nil if they are accepted for this model.
  func ruleBroken(
    byLines lines: [String], batch: Int = 3, concurrency: Concurrency = .serial
  ) -> CheckRule? {
    ruleBroken(byRawLines: lines.map { Array(($0 + "\n").utf8) }, batch, concurrency)
  }

  /// The rule that lines with or without line feeds break.
  func ruleBroken(
    byRawLines lines: [[UInt8]], _ batch: Int = 3, _ concurrency: Concurrency = .serial
  ) -> CheckRule? {
    var checker = CertificateLineChecker(model: model, concurrency: concurrency)
    do throws(CheckFailure) {
      for start in stride(from: 0, to: lines.count, by: batch) {
        try checker.take(Array(lines[start..<min(start + batch, lines.count)]))
      }
      _ = try checker.finish(result: result)
      return nil
    } catch {
      return error.rule
    }
  }
}

/// Lines whose sums are computed anew after somebody has changed them.
enum Resealing {
  /// The lines with the sums that belong to them.
  static func resealed(_ lines: [String]) -> [String] {
    var previous = "0000000000000000"
    return lines.map { line in
      let body = line.dropFirst("{\"sum\": \"0123456789abcdef\", ".count)
      let hash = SHA256.hexDigest(of: Array((previous + body).utf8))
      previous = String(hash.prefix(16))
      return "{\"sum\": \"\(previous)\", \(body)"
    }
  }
}
