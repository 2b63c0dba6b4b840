//! The one adapter between our functions and an engine's: a [`Kernel`] becomes a DataFusion scalar function.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use crate::stage::Kernel;

/// Wraps `kernel` for registration with a session.
pub(crate) fn scalar_function(kernel: Arc<dyn Kernel>) -> ScalarUDF {
    // A function with effects must be neither folded, nor shared, nor left out.
    let volatility = if kernel.has_effects() {
        Volatility::Volatile
    } else {
        Volatility::Immutable
    };
    let signature = Signature::exact(kernel.arguments(), volatility);
    ScalarUDF::from(KernelFunction { kernel, signature })
}

#[derive(Clone)]
struct KernelFunction {
    kernel: Arc<dyn Kernel>,
    signature: Signature,
}

impl std::fmt::Debug for KernelFunction {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "KernelFunction({})", self.kernel.name())
    }
}

/// A kernel holds no state, so its name is all of its identity.
impl PartialEq for KernelFunction {
    fn eq(&self, other: &Self) -> bool {
        self.kernel.name() == other.kernel.name()
    }
}

impl Eq for KernelFunction {}

impl Hash for KernelFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.kernel.name().hash(state);
    }
}

impl ScalarUDFImpl for KernelFunction {
    fn name(&self) -> &str {
        self.kernel.name()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(self.kernel.returns())
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let rows = arguments.number_rows;
        let arrays: Result<Vec<_>> = arguments
            .args
            .iter()
            .map(|argument| argument.to_array(rows))
            .collect();
        let result = self
            .kernel
            .invoke(&arrays?)
            .map_err(|error| DataFusionError::External(Box::new(error)))?;
        Ok(ColumnarValue::Array(result))
    }
}
