// A program with the AWS SDK for Go v2: work or attack. Exit code 3 with AWS's error code and the number of attempts on standard error.
package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
)

var attempts int

// Each attempt passes what stands behind the retries.
func count(stack *middleware.Stack) error {
	return stack.Deserialize.Add(middleware.DeserializeMiddlewareFunc("CountAttempts",
		func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
			attempts++
			return next.HandleDeserialize(ctx, in)
		}), middleware.After)
}

func show(body io.Reader) error {
	content, err := io.ReadAll(body)
	if err == nil {
		fmt.Printf("%x\n", sha256.Sum256(content))
	}
	return err
}

func work(ctx context.Context, cfg aws.Config) error {
	store := s3.NewFromConfig(cfg)
	photo := &s3.GetObjectInput{Bucket: aws.String("photo-uploads"), Key: aws.String("summer/noon.bmp")}
	got, err := store.GetObject(ctx, photo)
	if err != nil {
		return err
	}
	if err = show(got.Body); err != nil {
		return err
	}
	_, err = store.PutObject(ctx, &s3.PutObjectInput{
		Bucket: aws.String("photo-thumbnails"), Key: aws.String("go"), Body: bytes.NewReader(make([]byte, 600_000)),
	})
	if err != nil {
		return err
	}
	_, err = dynamodb.NewFromConfig(cfg).GetItem(ctx, &dynamodb.GetItemInput{
		TableName: aws.String("Images"),
		Key:       map[string]types.AttributeValue{"image": &types.AttributeValueMemberS{Value: "summer/noon.bmp"}},
	})
	if err != nil {
		return err
	}
	// By Go's own client, as whoever was given the URL would use it.
	url, err := s3.NewPresignClient(store).PresignGetObject(ctx, photo)
	if err != nil {
		return err
	}
	answer, err := http.Get(url.URL)
	if err != nil {
		return err
	}
	return show(answer.Body)
}

func main() {
	ctx := context.Background()
	cfg, err := config.LoadDefaultConfig(ctx, config.WithAPIOptions([]func(*middleware.Stack) error{count}))
	if err == nil {
		if os.Args[1] == "attack" {
			_, err = dynamodb.NewFromConfig(cfg).Scan(ctx, &dynamodb.ScanInput{TableName: aws.String("Customers")})
		} else {
			err = work(ctx, cfg)
		}
	}
	var api smithy.APIError
	if errors.As(err, &api) {
		fmt.Fprintln(os.Stderr, api.ErrorCode(), attempts)
		os.Exit(3)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
