//! A program with the AWS SDK for Rust: `work` or `attack`. Exit code 3 with AWS's error code and the number of attempts on standard error.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::{ByteStream, SdkBody};
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::{Connector, tls};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextRef;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use sha2::{Digest, Sha256};

static ATTEMPTS: AtomicUsize = AtomicUsize::new(0);

#[derive(Debug)]
struct CountAttempts;

#[dyn_dispatch_hint]
impl Intercept for CountAttempts {
    fn name(&self) -> &'static str {
        "CountAttempts"
    }

    fn read_before_attempt(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        ATTEMPTS.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

async fn show(body: SdkBody) -> Result<(), BoxError> {
    let content = ByteStream::new(body).collect().await?.into_bytes();
    let digest: String = Sha256::digest(&content)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    println!("{digest}");
    Ok(())
}

async fn work(config: &SdkConfig) -> Result<(), BoxError> {
    let s3 = aws_sdk_s3::Client::new(config);
    let photo = s3
        .get_object()
        .bucket("photo-uploads")
        .key("summer/noon.bmp");
    show(photo.clone().send().await?.body.into_inner()).await?;
    s3.put_object()
        .bucket("photo-thumbnails")
        .key("rust")
        .body(ByteStream::from(vec![0; 600_000]))
        .send()
        .await?;
    aws_sdk_dynamodb::Client::new(config)
        .get_item()
        .table_name("Images")
        .key("image", AttributeValue::S("summer/noon.bmp".into()))
        .send()
        .await?;
    // By a client without the SDK, as whoever was given the URL would use it.
    let presigned = photo
        .presigned(PresigningConfig::expires_in(Duration::from_secs(300))?)
        .await?;
    let connector = Connector::builder()
        .proxy_config(ProxyConfig::from_env())
        .tls_provider(tls::Provider::Rustls(
            tls::rustls_provider::CryptoMode::AwsLc,
        ))
        .build();
    let answer = connector.call(HttpRequest::get(presigned.uri())?).await?;
    show(answer.into_body()).await
}

async fn attack(config: &SdkConfig) -> i32 {
    let interceptor = aws_sdk_dynamodb::config::Builder::from(config)
        .interceptor(CountAttempts)
        .build();
    let client = aws_sdk_dynamodb::Client::from_conf(interceptor);
    match client.scan().table_name("Customers").send().await {
        Ok(_) => 0,
        Err(error) => {
            eprintln!(
                "{} {}",
                error.code().unwrap_or("none"),
                ATTEMPTS.load(Ordering::Relaxed)
            );
            3
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BoxError> {
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    if std::env::args().nth(1).as_deref() == Some("attack") {
        std::process::exit(attack(&config).await);
    }
    work(&config).await
}
