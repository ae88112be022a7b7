#if FUZZER
  internal import CLibFuzzer
  internal import Glibc

  /// Hands over to libFuzzer.
  enum FuzzerDriver {
    /// The target that the environment names.
    private static let target: FuzzTarget? = getenv("FUZZ_TARGET").flatMap {
      FuzzTarget(rawValue: String(cString: $0))
    }

    /// Runs libFuzzer with the arguments of the program, if a target is named, and ends with it.
    static func runIfAsked() {
      guard target != nil else { return }
      var count = CommandLine.argc
      var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
      exit(LLVMFuzzerRunDriver(&count, &arguments, read))
    }

    /// One execution; accepted inputs are worth no more to libFuzzer than refused ones.
    private static let read: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt = { data, count in
      guard let target = FuzzerDriver.target else { return 0 }
      let bytes = Array(UnsafeBufferPointer(start: data, count: count))
      _ = target.refusal(of: bytes, at: target.placeOfFuzzedFile)
      return 0
    }
  }
#endif
